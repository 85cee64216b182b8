package io.vfr.streams.ops.backtest;

import io.vfr.models.calibration.Calibration;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Task;

/** What a model's outputs mean, by its manifest: a return, or a volatility. */
final class ModelMeasure {
  private static final double COVERAGE_UNUSED = 0.5;

  private final boolean volatility;
  private final boolean classifier;
  private final Calibration calibration;
  private final double neutralBand;

  /**
   * Reads off a manifest.
   *
   * @param neutralBand half width of NEUTRAL, in volatilities
   */
  ModelMeasure(Manifest manifest, double neutralBand) {
    this.neutralBand = neutralBand;
    volatility = manifest.kind() == Kind.VOLATILITY;
    classifier = manifest.task() != Task.REGRESSION;
    calibration = Calibration.of(manifest);
  }

  boolean isVolatility() {
    return volatility;
  }

  boolean isClass() {
    return classifier;
  }

  /**
   * The expected simple return, or σ̂ of a volatility model.
   *
   * @param usual {@code volatility_20d}; NaN where unknown
   */
  double forecast(double[] outputs, double usual) {
    var forecast = calibration.forecast(outputs, 0, usual, neutralBand, COVERAGE_UNUSED);
    return volatility ? forecast.sigma() : forecast.expectedReturn();
  }
}
