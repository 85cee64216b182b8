package io.vfr.models.train;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Forecast;
import java.util.List;

/**
 * Measures of probability forecasts against what came.
 *
 * @param brier mean over rows of the summed squared differences between probabilities and outcome
 *     (G. Brier, 1950): 0 is perfect, 2 the worst
 * @param brierBaseRates the same for a forecast that always states given base rates
 * @param upError mean stated P(up) minus the share of rows that went up
 * @param downError the same for down
 * @param coverage share of rows inside the stated interval
 */
public record ProbabilityScores(
    double brier, double brierBaseRates, double upError, double downError, double coverage) {
  /**
   * Measures forecasts.
   *
   * @param forecasts one per row
   * @param outcome the direction that came, one per row
   * @param realized the simple return that came, one per row
   * @param baseRates share of each direction, by ordinal, in the training rows
   */
  public static ProbabilityScores measure(
      List<Forecast> forecasts, List<Direction> outcome, double[] realized, double[] baseRates) {
    double brier = 0;
    double base = 0;
    double upError = 0;
    double downError = 0;
    int inside = 0;
    for (int i = 0; i < realized.length; i++) {
      Forecast forecast = forecasts.get(i);
      double[] stated = new double[3];
      stated[Direction.UP.ordinal()] = forecast.probabilities().up();
      stated[Direction.NEUTRAL.ordinal()] = forecast.probabilities().neutral();
      stated[Direction.DOWN.ordinal()] = forecast.probabilities().down();
      Direction came = outcome.get(i);
      brier += squared(stated, came);
      base += squared(baseRates, came);
      upError += forecast.probabilities().up() - (came == Direction.UP ? 1 : 0);
      downError += forecast.probabilities().down() - (came == Direction.DOWN ? 1 : 0);
      inside += realized[i] >= forecast.lower() && realized[i] <= forecast.upper() ? 1 : 0;
    }
    int rows = realized.length;
    return new ProbabilityScores(
        brier / rows, base / rows, upError / rows, downError / rows, (double) inside / rows);
  }

  private static double squared(double[] stated, Direction came) {
    double sum = 0;
    for (Direction direction : Direction.values()) {
      double difference = stated[direction.ordinal()] - (direction == came ? 1 : 0);
      sum += difference * difference;
    }
    return sum;
  }
}
