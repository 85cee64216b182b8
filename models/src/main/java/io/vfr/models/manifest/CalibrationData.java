package io.vfr.models.manifest;

import java.util.Arrays;

/**
 * What turns a model's output into probabilities, measured on rows it was not trained on. All
 * numbers but fallbackSigma are in units of {@code volatility_20d}.
 */
public final class CalibrationData {
  private final double neutralBand;
  private final double fallbackSigma;
  private final double[] residualQuantiles;
  private final double[] classMeans;

  /**
   * Copies the arrays.
   *
   * @param neutralBand half width of the NEUTRAL class used in training and validation
   * @param fallbackSigma volatility to assume where {@code volatility_20d} is unknown or zero
   * @param residualQuantiles non-decreasing quantiles of (realized − forecast) / σ at evenly spaced
   *     probabilities from 0 to 1
   * @param classMeans mean of realized / σ in each class, in the order of the manifest's classes;
   *     empty for a regression
   */
  public CalibrationData(
      double neutralBand, double fallbackSigma, double[] residualQuantiles, double[] classMeans) {
    this.neutralBand = neutralBand;
    this.fallbackSigma = fallbackSigma;
    this.residualQuantiles = residualQuantiles.clone();
    this.classMeans = classMeans.clone();
  }

  public double neutralBand() {
    return neutralBand;
  }

  public double fallbackSigma() {
    return fallbackSigma;
  }

  public double[] residualQuantiles() {
    return residualQuantiles.clone();
  }

  public double[] classMeans() {
    return classMeans.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CalibrationData that
        && Double.compare(neutralBand, that.neutralBand) == 0
        && Double.compare(fallbackSigma, that.fallbackSigma) == 0
        && Arrays.equals(residualQuantiles, that.residualQuantiles)
        && Arrays.equals(classMeans, that.classMeans);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(residualQuantiles) + Double.hashCode(neutralBand);
  }

  @Override
  public String toString() {
    return "CalibrationData[neutralBand=" + neutralBand + ", fallbackSigma=" + fallbackSigma + "]";
  }
}
