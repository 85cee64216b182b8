package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.schemas.FeatureValues;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftCountsTest {
  private static final FeatureDistribution HALVES =
      new FeatureDistribution(new double[] {0}, new double[] {0.5, 0.5}, 0.2);

  @Test
  void measure_isTheIndexOfEachQuartersCounts() {
    DriftCounts counts =
        new DriftCounts(
            Map.of(
                "m@1.0.0", new FeatureReference(1000, Map.of("x", HALVES, "model.other", HALVES))));
    // Of eight vectors six are not below 0, one is, one is unknown.
    double[] values = {1, 1, 1, 2, 2, 0, -1, Double.NaN};
    for (double value : values) {
      counts.add(vector("2015-03-31", value));
    }
    counts.add(vector("2015-04-01", -3));
    List<DriftCounts.Drift> found = counts.measure();
    assertThat(found).extracting(DriftCounts.Drift::quarter).containsExactly("2015Q1", "2015Q2");
    assertThat(found).extracting(DriftCounts.Drift::feature).containsOnly("x");
    // Half an observation in each of three bins, here and there.
    assertThat(found.getFirst().stability())
        .isEqualTo(
            term(1.5 / 9.5, 400.5 / 1001.5)
                + term(6.5 / 9.5, 400.5 / 1001.5)
                + term(1.5 / 9.5, 200.5 / 1001.5),
            within(1e-12));
    assertThat(found.getLast().stability())
        .isEqualTo(
            term(1.5 / 2.5, 400.5 / 1001.5)
                + term(0.5 / 2.5, 400.5 / 1001.5)
                + term(0.5 / 2.5, 200.5 / 1001.5),
            within(1e-12));
  }

  private static double term(double p, double q) {
    return (p - q) * Math.log(p / q);
  }

  private static FeatureValues vector(String day, double value) {
    return new FeatureValues(
        "A", TestRows.millis(day), "schema", List.of("other", "x"), new double[] {7, value});
  }
}
