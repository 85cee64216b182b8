package io.vfr.models.calibration;

import io.vfr.models.Direction;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import java.util.List;

/**
 * Turns one model's raw outputs into forecasts. With σ the volatility, F the model's residual
 * distribution and θ = neutralBand · σ:
 *
 * <ul>
 *   <li>a regression forecasts μ (its output, times σ if that is standardized), P(up) = 1 − F((θ −
 *       μ) / σ), P(down) = F((−θ − μ) / σ), NEUTRAL the rest;
 *   <li>a classifier gives its class probabilities p as they are and forecasts μ = σ Σ pₖ mₖ, with
 *       m the class means of its manifest;
 *   <li>a volatility model's output is σ̂. Its forecast is the null hypothesis at that scale: μ =
 *       0, P(up) = 1 − F(θ / σ̂), P(down) = F(−θ / σ̂), with F in units of its own forecast and θ
 *       still a multiple of the usual volatility;
 *   <li>the interval is μ + σ q((1 ∓ coverage) / 2), q the quantiles of F, and σ = σ̂ for a
 *       volatility model.
 * </ul>
 *
 * Immutable and thread-safe.
 */
public final class Calibration {
  private final Task task;
  private final Target target;
  private final List<Direction> classes;
  private final double fallbackSigma;
  private final double[] classMeans;
  private final ResidualDistribution residuals;

  private Calibration(Manifest manifest, CalibrationData data) {
    task = manifest.task();
    target = manifest.target();
    classes = manifest.classes();
    fallbackSigma = data.fallbackSigma();
    classMeans = data.classMeans();
    residuals = new ResidualDistribution(data.residualQuantiles());
  }

  /**
   * The calibration of a model.
   *
   * @throws IllegalArgumentException if its manifest has none
   */
  public static Calibration of(Manifest manifest) {
    CalibrationData data = manifest.calibration();
    if (data == null) {
      throw new IllegalArgumentException(manifest.key() + " has no calibration");
    }
    return new Calibration(manifest, data);
  }

  /** The volatility to work with: the given one, or the fallback where it is missing or zero. */
  public double sigma(double volatility) {
    return volatility > 0 && volatility < Double.POSITIVE_INFINITY ? volatility : fallbackSigma;
  }

  /**
   * Makes the forecast from one output row.
   *
   * @param outputs array that holds the model's outputs, all finite
   * @param offset index of the row's first output
   * @param volatility {@code volatility_20d} scaled to the horizon; NaN where unknown
   * @param neutralBand half width of NEUTRAL in volatilities; a classifier's own training fixed it
   * @param coverage nominal coverage of the interval, in (0, 1)
   */
  public Forecast forecast(
      double[] outputs, int offset, double volatility, double neutralBand, double coverage) {
    if (target == Target.VOLATILITY) {
      return nullForecast(outputs[offset], neutralBand * sigma(volatility), coverage);
    }
    double sigma = sigma(volatility);
    double standardized = standardized(outputs, offset, sigma);
    Probabilities probabilities;
    if (task == Task.REGRESSION) {
      probabilities =
          Probabilities.of(
              1 - residuals.cumulative(neutralBand - standardized),
              residuals.cumulative(-neutralBand - standardized));
    } else {
      double up = 0;
      double down = 0;
      for (int k = 0; k < classes.size(); k++) {
        double p = classProbability(outputs, offset, k);
        up += classes.get(k) == Direction.UP ? p : 0;
        down += classes.get(k) == Direction.DOWN ? p : 0;
      }
      probabilities = Probabilities.of(up, down);
    }
    return new Forecast(
        sigma * standardized,
        probabilities,
        sigma * (standardized + residuals.quantile((1 - coverage) / 2)),
        sigma * (standardized + residuals.quantile((1 + coverage) / 2)),
        sigma);
  }

  /**
   * The expected return of one output row, the same as {@link #forecast} states.
   *
   * @param volatility as there
   */
  public double expectedReturn(double[] outputs, double volatility) {
    double sigma = sigma(volatility);
    return target == Target.VOLATILITY ? 0 : sigma * standardized(outputs, 0, sigma);
  }

  /** The expected return in volatilities. */
  private double standardized(double[] outputs, int offset, double sigma) {
    if (task == Task.REGRESSION) {
      double output = outputs[offset];
      return target == Target.STANDARDIZED_RETURN ? output : output / sigma;
    }
    double standardized = 0;
    for (int k = 0; k < classes.size(); k++) {
      standardized += classProbability(outputs, offset, k) * classMeans[k];
    }
    return standardized;
  }

  private Forecast nullForecast(double sigma, double band, double coverage) {
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("a volatility must be above 0 but is " + sigma);
    }
    return new Forecast(
        0,
        Probabilities.of(
            1 - residuals.cumulative(band / sigma), residuals.cumulative(-band / sigma)),
        sigma * Math.min(0, residuals.quantile((1 - coverage) / 2)),
        sigma * Math.max(0, residuals.quantile((1 + coverage) / 2)),
        sigma);
  }

  /** The residuals' absolute values at evenly spaced probabilities: scores of earlier forecasts. */
  public double[] absoluteResiduals() {
    double[] scores = residuals.quantiles();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.abs(scores[i]);
    }
    return scores;
  }

  /** A binary model has one output, the probability of its second class. */
  private double classProbability(double[] outputs, int offset, int k) {
    if (task == Task.MULTICLASS) {
      return outputs[offset + k];
    }
    return k == 1 ? outputs[offset] : 1 - outputs[offset];
  }
}
