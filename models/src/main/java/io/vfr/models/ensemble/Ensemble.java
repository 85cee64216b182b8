package io.vfr.models.ensemble;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Forecast;
import io.vfr.models.calibration.Probabilities;
import io.vfr.models.ensemble.Consensus.Breakdown;
import io.vfr.models.ensemble.EnsembleResult.Interval;
import java.util.ArrayList;
import java.util.List;

/** Combines forecasts with {@link EnsembleWeights}. */
public final class Ensemble {
  /** Two models of the greatest weights 0.6 and 0.4 that disagree are no consensus. */
  private static final double CONSENSUS_MIN = 2.0 / 3;

  private Ensemble() {}

  /**
   * Combines the models' forecasts: expected return, probabilities and interval are weighted means.
   * Without any usable model the result is NEUTRAL with a return of 0, equal probabilities, no
   * confidence and no interval.
   *
   * @param models in a fixed order, by id; sums run in this order
   * @param coverage the nominal coverage that the forecasts' intervals were made with
   */
  public static EnsembleResult combine(List<ModelView> models, double coverage) {
    double[] weights = EnsembleWeights.of(models);
    List<Double> shown = new ArrayList<>(weights.length);
    double total = 0;
    double expected = 0;
    double up = 0;
    double down = 0;
    double lower = 0;
    double upper = 0;
    for (int i = 0; i < weights.length; i++) {
      shown.add(weights[i]);
      Forecast forecast = models.get(i).forecast();
      if (forecast == null) {
        continue;
      }
      double weight = weights[i];
      total += weight;
      expected += weight * forecast.expectedReturn();
      up += weight * forecast.probabilities().up();
      down += weight * forecast.probabilities().down();
      lower += weight * forecast.lower();
      upper += weight * forecast.upper();
    }
    if (total == 0) {
      return new EnsembleResult(
          0, Direction.NEUTRAL, Probabilities.UNKNOWN, 0, null, Consensus.none(), shown);
    }
    Probabilities probabilities = Probabilities.of(up, down);
    return new EnsembleResult(
        expected,
        probabilities.direction(),
        probabilities,
        probabilities.confidence(),
        new Interval(lower, upper, coverage),
        consensus(models, weights),
        shown);
  }

  /** Over the models that take a side; their weights are scaled to a sum of 1. */
  private static Consensus consensus(List<ModelView> models, double[] weights) {
    double bullish = 0;
    double bearish = 0;
    double neutral = 0;
    for (int i = 0; i < weights.length; i++) {
      Signal signal = models.get(i).signal();
      if (signal == null || !models.get(i).takesSide()) {
        continue;
      }
      switch (signal) {
        case BULLISH -> bullish += weights[i];
        case BEARISH -> bearish += weights[i];
        case NEUTRAL -> neutral += weights[i];
      }
    }
    double total = bullish + bearish + neutral;
    if (total == 0) {
      return Consensus.none();
    }
    // All the weight on one side is a share of exactly 1.
    bullish = bullish == total ? 1 : bullish / total;
    bearish = bearish == total ? 1 : bearish / total;
    neutral = neutral == total ? 1 : neutral / total;
    Signal signal = Signal.NEUTRAL;
    if (bullish > bearish && bullish > neutral) {
      signal = Signal.BULLISH;
    } else if (bearish > bullish && bearish > neutral) {
      signal = Signal.BEARISH;
    }
    double greatest = Math.min(1, Math.max(bullish, Math.max(bearish, neutral)));
    double score = Math.min(100, Math.max(0, 50 + 50 * (bullish - bearish)));
    return new Consensus(
        signal,
        score,
        greatest,
        greatest < CONSENSUS_MIN,
        new Breakdown(bullish, bearish, neutral));
  }
}
