package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.Verdict;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/chaos swaps}. */
class SwapsIT {
  @TempDir private Path dir;

  @Test
  void swaps_goodAndBad_underLoad_loseNothing() throws Exception {
    SwapsScenario.Options options =
        new SwapsScenario.Options(
            3, 40, 1000, 100, 80, Duration.ofSeconds(3), Shipped.REGISTRY.toRealPath(), dir);

    Verdict verdict = new SwapsScenario(options, System.out::println).run();

    verdict.print(new PrintWriter(System.out, true, StandardCharsets.UTF_8), false);
    assertThat(verdict.breaches()).isEmpty();
    assertThat(verdict.figures())
        .containsEntry("missing", 0L)
        .containsEntry("duplicated", 0L)
        .containsEntry("wrong", 0)
        .containsEntry("setsUnknown", 0L);
  }
}
