package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelSet;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.Features;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @TempDir Path dir;

  @Test
  void allPrices_areScored() throws Exception {
    AppConfig config = TestConfigs.daily(dir);
    AtomicInteger asked = new AtomicInteger();
    try (Rehearsal rehearsal =
        Rehearsal.begin(
            config,
            Features.slots(config, List.of()),
            () -> {
              asked.incrementAndGet();
              return ModelSet.ofChampions(List.of());
            })) {
      assertThat(rehearsal.await(Duration.ofMinutes(2))).isTrue();
      assertThat(rehearsal.rehearsed()).isEqualTo(2400);
      assertThat(asked.get()).isGreaterThanOrEqualTo(2400);
    }
  }

  @Test
  void close_endsIt() throws Exception {
    AppConfig config = TestConfigs.daily(dir);
    Rehearsal rehearsal =
        Rehearsal.begin(
            config, Features.slots(config, List.of()), () -> ModelSet.ofChampions(List.of()));
    rehearsal.close();
    assertThat(rehearsal.await(Duration.ZERO)).isTrue();
  }

  @Test
  void failure_isNotTheInstancesFailure() throws Exception {
    AppConfig config = TestConfigs.daily(dir);
    try (Rehearsal rehearsal =
        Rehearsal.begin(
            config,
            Features.slots(config, List.of()),
            () -> {
              throw new IllegalStateException("no models");
            })) {
      assertThat(rehearsal.await(Duration.ofMinutes(2))).isTrue();
    }
  }
}
