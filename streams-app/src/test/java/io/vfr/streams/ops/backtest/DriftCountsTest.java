package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.schemas.FeatureValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftCountsTest {
  @Test
  void measure_halfOfTheValuesMoved_isTheSumByHand() {
    DriftCounts counts =
        new DriftCounts(
            Map.of(
                "m@1.0.0",
                Map.of(
                    "x", new FeatureDistribution(new double[] {0}, new double[] {0.5, 0.5}, 0.2))));
    // Of eight vectors six are above 0, one below, one unknown.
    double[] values = {1, 1, 1, 2, 2, 0, -1, Double.NaN};
    for (double value : values) {
      counts.add(vector("2015-03-31", value));
    }
    counts.add(vector("2015-04-01", -3));
    List<DriftCounts.Drift> found = counts.measure();
    assertThat(found).extracting(DriftCounts.Drift::quarter).containsExactly("2015Q1", "2015Q2");
    double expected = term(1 / 8.0, 0.4) + term(6 / 8.0, 0.4) + term(1 / 8.0, 0.2);
    assertThat(found.getFirst().stability()).isEqualTo(expected, within(1e-12));
    assertThat(found.getFirst().feature()).isEqualTo("x");
    // An empty bin counts as one in ten thousand.
    double second = term(1, 0.4) + term(1e-4, 0.4) + term(1e-4, 0.2);
    assertThat(found.getLast().stability()).isEqualTo(second, within(1e-12));
  }

  @Test
  void measure_sameDistribution_isZero() {
    DriftCounts counts =
        new DriftCounts(
            Map.of(
                "m@1.0.0",
                Map.of(
                    "x", new FeatureDistribution(new double[] {0}, new double[] {0.25, 0.75}, 0))));
    for (double value : new double[] {-1, 1, 2, 3}) {
      counts.add(vector("2015-03-31", value));
    }
    // The bin of missing values is empty on both sides.
    assertThat(counts.measure().getFirst().stability()).isZero();
  }

  private static double term(double p, double q) {
    return (p - q) * Math.log(p / q);
  }

  private static FeatureValues vector(String day, double value) {
    return new FeatureValues(
        "A", TestRows.millis(day), "schema", List.of("other", "x"), new double[] {7, value});
  }
}
