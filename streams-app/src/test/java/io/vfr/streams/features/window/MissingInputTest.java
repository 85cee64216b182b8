package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.schema.FeatureSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is unknown or undefined is missing; nothing is ever infinite. */
final class MissingInputTest {
  private final double[] vector = new double[FeatureIndex.COUNT];
  private final IndicatorState state = new IndicatorState();

  @Test
  void compute_unknownBenchmark_missesItsFeaturesUntilItHasLeftTheirWindows() {
    for (int i = 0; i < 100; i++) {
      append(100 + i % 3, 10, 4000 + i % 5);
    }
    append(100, 10, Double.NaN);
    for (int since = 1; since <= 70; since++) {
      state.compute(bar(100 + since % 3, 10, 4000 + since % 7), vector);
      assertThat(has("benchmark_momentum_5d")).as("since %d", since).isEqualTo(since != 5);
      assertThat(has("correlation_to_benchmark_20d")).isEqualTo(since > 20);
      assertThat(has("beta_60d")).isEqualTo(since > 60);
      append(100 + since % 3, 10, 4000 + since % 7);
    }
  }

  @Test
  void compute_flatBenchmark_hasNeitherCorrelationNorBeta() {
    for (int i = 0; i < 100; i++) {
      append(100 + i % 3, 10, i < 30 ? 4000 + i % 7 * 1e6 : 4000);
    }
    state.compute(bar(102, 10, 4000), vector);
    assertThat(has("correlation_to_benchmark_20d")).isFalse();
    assertThat(has("beta_60d")).isFalse();
    assertThat(vector[FeatureSchema.current().indexOf("benchmark_momentum_5d")]).isZero();
  }

  @Test
  void compute_benchmarkGrowingAtAConstantRate_hasNoSpreadToCorrelateWith() {
    double level = 4000;
    for (int i = 0; i < 100; i++) {
      level *= 1.01;
      append(100 + i % 3, 10, level);
    }
    state.compute(bar(102, 10, level * 1.01), vector);
    assertThat(has("correlation_to_benchmark_20d")).isFalse();
    assertThat(has("beta_60d")).isFalse();
  }

  @Test
  void compute_symbolThatIsTheBenchmark_correlatesPerfectly() {
    for (int i = 0; i < 100; i++) {
      append(4000 + i % 7, 10, 4000 + i % 7);
    }
    state.compute(bar(4003, 10, 4003), vector);
    assertThat(vector[FeatureSchema.current().indexOf("correlation_to_benchmark_20d")])
        .isBetween(1 - 1e-15, 1.0);
    assertThat(vector[FeatureSchema.current().indexOf("beta_60d")]).isBetween(1 - 1e-15, 1 + 1e-15);
  }

  @Test
  void compute_noVolume_missesTheRatiosAndKeepsTheSlopes() {
    for (int i = 0; i < 60; i++) {
      append(100, i < 30 ? 1e15 / 3 : 0, Double.NaN);
    }
    state.compute(bar(100, 0, Double.NaN), vector);
    assertThat(has("volume_ratio_5d")).isFalse();
    assertThat(has("volume_spike")).isFalse();
    assertThat(has("relative_volume")).isFalse();
    assertThat(vector[FeatureSchema.current().indexOf("volume_trend_10d")]).isZero();
    assertThat(vector[FeatureSchema.current().indexOf("volume_acceleration")]).isZero();
  }

  @Test
  void compute_zeroAndExtremePrices_givesNumbersOrOneNanAndRecovers() {
    double[] prices = {0, 1e-300, Bar.PRICE_MAX, Double.MIN_VALUE, 100, 0, 0, 1e-12, 1e99};
    for (int i = 0; i < 600; i++) {
      append(prices[i % prices.length], i % 4 == 0 ? 1e300 : 0, i % 2 == 0 ? 1e-300 : 1e300);
      state.compute(bar(prices[(i * 7 + 3) % prices.length], 1, 0), vector);
      for (double value : vector) {
        assertThat(Double.isInfinite(value)).isFalse();
        // One zero and one NaN: equal vectors have equal bits.
        assertThat(Double.doubleToRawLongBits(value))
            .isEqualTo(Double.doubleToLongBits(value == 0 ? 0.0 : value));
      }
    }
    for (int i = 0; i < 300; i++) {
      append(100 + i % 5, 10 + i % 3, 4000 + i % 7);
    }
    state.compute(bar(103, 10, 4001), vector);
    assertThat(vector[FeatureSchema.current().indexOf("sma_200")]).isBetween(101.9, 102.1);
    assertThat(vector[FeatureSchema.current().indexOf("bollinger_14_width")]).isBetween(0.01, 1.0);
    assertThat(vector[FeatureSchema.current().indexOf("relative_volume")]).isBetween(0.5, 1.5);
    assertThat(has("beta_60d")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e101})
  void bar_priceOutOfRange_isRefusedByName(double price) {
    assertThatThrownBy(() -> new Bar(0, 1, 1, 1, price, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("close " + price);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void bar_volumeOutOfRange_isRefused(double volume) {
    assertThatThrownBy(() -> new Bar(0, 1, 1, 1, 1, volume, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + volume);
  }

  @Test
  void bar_infiniteBenchmark_isRefused() {
    assertThatThrownBy(() -> new Bar(0, 1, 1, 1, 1, 1, Double.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("benchmark");
  }

  private boolean has(String name) {
    return !Double.isNaN(vector[FeatureSchema.current().indexOf(name)]);
  }

  private void append(double price, double volume, double benchmark) {
    state.append(bar(price, volume, benchmark));
  }

  private static Bar bar(double price, double volume, double benchmark) {
    return new Bar(0, price, price, price, price, volume, benchmark);
  }
}
