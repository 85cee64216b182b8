package io.vfr.chaos.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  @Test
  void arrived_priceSentBeforeTheFailure_doesNotCount() throws InterruptedException {
    Recovery recovery = new Recovery(Map.of("A", 100L, "B", 200L));

    recovery.arrived("A", 100);
    recovery.arrived("B", 201);
    recovery.arrived("C", 1000);
    assertThat(recovery.waiting()).containsExactly("A");
    assertThat(recovery.await(Duration.ZERO)).isFalse();

    recovery.arrived("A", 101);
    assertThat(recovery.await(Duration.ZERO)).isTrue();
    assertThat(recovery.millis()).containsOnlyKeys("A", "B");
  }

  @Test
  void percentile_nearestRank() {
    assertThat(Recovery.percentile(List.of(), 50)).isZero();
    assertThat(Recovery.percentile(List.of(4L, 1L, 3L, 2L), 50)).isEqualTo(2);
    assertThat(Recovery.percentile(List.of(4L, 1L, 3L, 2L), 100)).isEqualTo(4);
  }
}
