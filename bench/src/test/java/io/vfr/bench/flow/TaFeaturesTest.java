package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.bench.flow.OneDayFlow.Price;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.IndicatorState;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** The day's work computes what ours computes, or the comparison would be with something else. */
class TaFeaturesTest {
  private static final int BARS = 700;
  private static final long DAY = 86_400_000;

  @Test
  void features_areOurs() {
    FeatureSchema schema = FeatureSchema.current();
    TaFeatures ta = new TaFeatures();
    IndicatorState ours = new IndicatorState();
    double[] vector = new double[schema.size()];
    Random random = new Random(5);
    double close = 100;
    for (int i = 0; i < BARS; i++) {
      double open = close * Math.exp(0.004 * random.nextGaussian());
      close = open * Math.exp(0.015 * random.nextGaussian());
      double high = Math.max(open, close) * 1.003;
      double low = Math.min(open, close) * 0.997;
      double volume = 1e6 * (0.5 + random.nextDouble());
      ta.add(new Price("A", i * DAY, open, high, low, close, volume));
      Bar bar = new Bar(i * DAY, open, high, low, close, volume, Double.NaN);
      ours.compute(bar, vector);
      ours.append(bar);
    }
    Map<String, Double> values = ta.values();
    assertThat(values).hasSizeGreaterThan(25);
    SoftAssertions each = new SoftAssertions();
    values.forEach((name, value) -> {
      double expected = vector[schema.indexOf(name)];
      // Wilder's average remembers more than the bars that ta4j keeps; ours are logarithmic
      // returns.
      double tolerance = Set.of("rsi_50", "volatility_20d").contains(name) ? 1e-2 : 1e-4;
      each.assertThat(value)
          .as(name)
          .isCloseTo(expected, within(1e-6 + tolerance * Math.abs(expected)));
    });
    each.assertAll();
  }
}
