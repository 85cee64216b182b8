package io.vfr.streams.scoring;

import io.vfr.models.Direction;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import org.jspecify.annotations.Nullable;

/**
 * How much a model's expected return moves with its margin, per unit of margin, at one output.
 * Turns attributions of margins, which differ from model to model, into the one unit of a
 * prediction's drivers.
 *
 * <p>A regression's margin is its output: slope 1 if that is a return, σ if it is one in
 * volatilities. For a classifier, per unit of σ: with probabilities p and class means m the margin
 * is the log-odds of UP against DOWN, δ; moved by ±δ/2, the softmax gives Σ mₖ dpₖ/dδ with dp_up/dδ
 * = p_up (1 − p_up + p_down) / 2, dp_down/dδ = −p_down (1 − p_down + p_up) / 2 and dp_neutral/dδ =
 * p_neutral (p_down − p_up) / 2.
 */
final class MarginSlope {
  private MarginSlope() {}

  /**
   * The slope of a model's margin.
   *
   * @param sigma the volatility that the model's forecast was made with, {@code
   *     Calibration.sigma(volatility)}
   */
  static double of(Manifest manifest, double[] output, double sigma) {
    if (manifest.task() == Task.REGRESSION) {
      return ofRegression(manifest, sigma);
    }
    return sigma * ofLogOdds(manifest, output);
  }

  /**
   * The slope of what {@code occlusion} attributes where there is no margin: a regression's output,
   * or P(up) − P(down) of a classifier, P(neutral) staying as it is.
   */
  static double ofOutput(Manifest manifest, double sigma) {
    if (manifest.task() == Task.REGRESSION) {
      return ofRegression(manifest, sigma);
    }
    CalibrationData calibration = manifest.calibration();
    return sigma
        * (mean(manifest, calibration, Direction.UP) - mean(manifest, calibration, Direction.DOWN))
        / 2;
  }

  private static double ofRegression(Manifest manifest, double sigma) {
    return manifest.target() == Target.STANDARDIZED_RETURN ? sigma : 1;
  }

  private static double ofLogOdds(Manifest manifest, double[] output) {
    CalibrationData calibration = manifest.calibration();
    double up = probability(manifest, output, Direction.UP);
    double down = probability(manifest, output, Direction.DOWN);
    double neutral = probability(manifest, output, Direction.NEUTRAL);
    return mean(manifest, calibration, Direction.UP) * up * (1 - up + down) / 2
        - mean(manifest, calibration, Direction.DOWN) * down * (1 - down + up) / 2
        + mean(manifest, calibration, Direction.NEUTRAL) * neutral * (down - up) / 2;
  }

  private static double probability(Manifest manifest, double[] output, Direction direction) {
    int k = manifest.classes().indexOf(direction);
    if (k < 0) {
      return 0;
    }
    if (manifest.task() == Task.MULTICLASS) {
      return output[k];
    }
    return k == 1 ? output[0] : 1 - output[0];
  }

  private static double mean(
      Manifest manifest, @Nullable CalibrationData calibration, Direction direction) {
    int k = manifest.classes().indexOf(direction);
    return k < 0 || calibration == null ? 0 : calibration.classMeans()[k];
  }
}
