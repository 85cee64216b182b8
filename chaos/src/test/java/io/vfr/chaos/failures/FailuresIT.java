package io.vfr.chaos.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.Verdict;
import io.vfr.streams.config.ProcessingConfig;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short forms, one after the other on one cluster, under one ledger and one oracle. */
class FailuresIT {
  private static final long SEED = 7;

  @TempDir private Path dir;

  @Test
  void instancesAndBrokersKilledSuspendedAndRestarted_exactlyOnce_nothingLostDoubledOrWrong()
      throws Exception {
    Options options =
        new Options(
            SEED,
            50,
            12,
            80,
            1,
            ProcessingConfig.Mode.EXACTLY_ONCE,
            0,
            false,
            200,
            0,
            Path.of("../models/registry").toRealPath(),
            dir);
    Verdict verdict;
    try (Arena arena = new Arena("failures", options, System.out::println)) {
      arena.open(3);
      for (Steps steps :
          List.of(new KillOne(2), new Zombie(1), new BrokerKill(1), new Rolling(1, 1))) {
        steps.play(arena);
      }
      verdict = arena.finish();
    }

    verdict.print(new PrintWriter(System.out, true, StandardCharsets.UTF_8), false);
    assertThat(verdict.breaches()).isEmpty();
    assertThat(verdict.figures())
        .containsEntry("seed", SEED)
        .containsEntry("missing", 0L)
        .containsEntry("duplicated", 0L)
        .containsEntry("wrong", 0)
        .containsEntry("deadLettered", 0L);
  }
}
