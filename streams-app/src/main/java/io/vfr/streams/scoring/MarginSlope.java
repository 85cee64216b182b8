package io.vfr.streams.scoring;

import io.vfr.models.Direction;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import org.jspecify.annotations.Nullable;

/**
 * How much a model's expected return moves with its margin, in volatilities per unit of margin, at
 * one output. Turns attributions of margins, which differ from model to model, into the one unit of
 * a prediction's drivers.
 *
 * <p>A standardized regression's margin is its output: slope 1. For a classifier with probabilities
 * p and class means m the margin is the log-odds of UP against DOWN, δ; moved by ±δ/2, the softmax
 * gives Σ mₖ dpₖ/dδ with dp_up/dδ = p_up (1 − p_up + p_down) / 2, dp_down/dδ = −p_down (1 − p_down
 * + p_up) / 2 and dp_neutral/dδ = p_neutral (p_down − p_up) / 2.
 */
final class MarginSlope {
  private MarginSlope() {}

  static double of(Manifest manifest, double[] output) {
    CalibrationData calibration = manifest.calibration();
    if (calibration == null) {
      return 0;
    }
    if (manifest.task() == Task.REGRESSION) {
      return manifest.target() == Target.STANDARDIZED_RETURN ? 1 : 1 / calibration.fallbackSigma();
    }
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
