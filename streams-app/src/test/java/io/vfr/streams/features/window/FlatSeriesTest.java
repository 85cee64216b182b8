package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A price that does not move gives exact values, not rounding noise. */
final class FlatSeriesTest {
  private final double[] vector = new double[FeatureIndex.COUNT];
  private final IndicatorState state = new IndicatorState();

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1.0 / 3, 99.99, 1e-8, 123_456_789.123})
  void compute_neverMoved_isExact(double price) {
    append(price, 300);
    compute(price);
    assertFlat(price);
    assertValue("rsi_14", 50);
    assertValue("rsi_200", 50);
    assertValue("ema_200", price);
    assertValue("ema_200_distance", 0);
    assertValue("macd_line", 0);
    assertValue("macd_signal", 0);
    assertValue("macd_histogram", 0);
    assertValue("atr_14", 0);
    assertValue("adx_14", 0);
    assertValue("week_high_distance", 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1.0 / 3, 99.99, 1e-8, 123_456_789.123})
  void compute_flatAfterWildMoves_isExactOnceTheyHaveLeft(double price) {
    List<Bar> wild = RandomBars.series(41, Shape.CLIFFS, 257);
    wild.forEach(state::append);
    append(price, 199);
    compute(price);
    assertFlat(price);
  }

  private void assertFlat(double price) {
    for (int p : new int[] {14, 20, 50, 200}) {
      assertValue("sma_" + p, price);
      assertValue("sma_" + p + "_distance", 0);
      assertValue("bollinger_" + p + "_upper", price);
      assertValue("bollinger_" + p + "_lower", price);
      assertValue("bollinger_" + p + "_percent", 0.5);
      assertValue("bollinger_" + p + "_width", 0);
      assertValue("stoch_" + p + "_k", 50);
    }
    assertValue("stoch_14_d", 50);
    assertValue("williams_r", -50);
    assertValue("volatility_20d", 0);
    assertValue("momentum_5d", 0);
    assertValue("price_acceleration", 0);
    assertValue("gap_percent", 0);
    assertValue("intraday_volatility", 0);
    assertValue("relative_volume", 1);
    assertValue("volume_ratio_5d", 1);
    assertValue("volume_trend_10d", 0);
    assertValue("volume_acceleration", 0);
    assertValue("beta_60d", 0);
    assertValue("correlation_to_benchmark_20d", Double.NaN);
  }

  private void append(double price, int bars) {
    for (int i = 0; i < bars; i++) {
      state.append(bar(price));
    }
  }

  private void compute(double price) {
    state.compute(bar(price), vector);
  }

  private Bar bar(double price) {
    double benchmark = 4000 + state.closedBars() % 7;
    return new Bar(state.closedBars(), price, price, price, price, 1234.5, benchmark);
  }

  private void assertValue(String name, double expected) {
    assertThat(vector[FeatureSchema.current().indexOf(name)])
        .as(name)
        .isEqualTo(Double.valueOf(expected));
  }
}
