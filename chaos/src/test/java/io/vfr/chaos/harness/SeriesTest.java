package io.vfr.chaos.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final long MEBIBYTE = 1 << 20;

  private static Series.Plateau plateau(long perSample) {
    Series series = new Series();
    for (int i = 0; i < 100; i++) {
      // Warm-up: steep at first.
      series.add((700 + Math.min(i, 20) * 10 + i * perSample) * MEBIBYTE);
    }
    return series.plateau();
  }

  @Test
  void plateau_steepOnlyAtFirst_isFlat() {
    assertThat(plateau(0).isFlat(0.1, 64 * MEBIBYTE)).isTrue();
    assertThat(plateau(0).growth()).isZero();
  }

  @Test
  void tenths_areMediansInOrder() {
    Series series = new Series();
    assertThat(series.tenths()).isEmpty();
    for (long i = 0; i < 30; i++) {
      series.add(i);
    }
    assertThat(series.tenths()).containsExactly(1L, 4L, 7L, 10L, 13L, 16L, 19L, 22L, 25L, 28L);
  }

  @Test
  void plateau_growingAllTheTime_isNot() {
    assertThat(plateau(1).growth()).isEqualTo(50 * MEBIBYTE);
    assertThat(plateau(1).isFlat(0.1, 40 * MEBIBYTE)).as("by bytes").isFalse();
    assertThat(plateau(1).isFlat(0.05, 64 * MEBIBYTE)).as("by share").isFalse();
    assertThat(plateau(2).isFlat(0.1, 64 * MEBIBYTE)).isFalse();
  }
}
