package io.vfr.models.ensemble;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Probabilities;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The combined forecast.
 *
 * @param weights one per model in the order given, 0 for those that took no part
 * @param interval null if no model took part
 */
public record EnsembleResult(
    double expectedReturn,
    Direction direction,
    Probabilities probabilities,
    double confidence,
    @Nullable Interval interval,
    Consensus consensus,
    List<Double> weights) {
  public EnsembleResult {
    weights = List.copyOf(weights);
  }

  /** Whether at least one model took part. */
  public boolean hasForecast() {
    return interval != null;
  }

  /**
   * The range that the return falls into with a nominal probability.
   *
   * @param coverage that probability
   */
  public record Interval(double lower, double upper, double coverage) {}
}
