package io.vfr.models.calibration;

import java.util.Arrays;

/**
 * An empirical distribution given by its quantiles at evenly spaced probabilities, linear between
 * them. A forecast plus the residuals of earlier out-of-sample forecasts is a predictive
 * distribution without any assumption of shape (V. Vovk et al., "Nonparametric predictive
 * distributions based on conformal prediction", 2019, in its split form); the quantiles are those
 * of R. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996, definition 7.
 */
public final class ResidualDistribution {
  private final double[] quantiles;

  /** Takes non-decreasing quantiles, the first at probability 0 and the last at 1. */
  public ResidualDistribution(double[] quantiles) {
    if (quantiles.length < 2) {
      throw new IllegalArgumentException("at least two quantiles, got " + quantiles.length);
    }
    for (int i = 0; i < quantiles.length; i++) {
      if (!Double.isFinite(quantiles[i]) || (i > 0 && quantiles[i] < quantiles[i - 1])) {
        throw new IllegalArgumentException(
            "quantiles must be finite and not decrease: " + Arrays.toString(quantiles));
      }
    }
    this.quantiles = quantiles.clone();
  }

  /**
   * Measures a sample.
   *
   * @param sample at least one finite value, in any order
   * @param points number of quantiles, at least 2
   */
  public static ResidualDistribution ofSample(double[] sample, int points) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    double[] quantiles = new double[points];
    for (int i = 0; i < points; i++) {
      double position = (double) i / (points - 1) * (sorted.length - 1);
      quantiles[i] = interpolate(sorted, position);
    }
    return new ResidualDistribution(quantiles);
  }

  /** A copy of the quantiles. */
  public double[] quantiles() {
    return quantiles.clone();
  }

  /** The value below which a share of the distribution lies. */
  public double quantile(double probability) {
    double clamped = Math.min(1, Math.max(0, probability));
    return interpolate(quantiles, clamped * (quantiles.length - 1));
  }

  /**
   * The share of the distribution at or below x: 0 below the first quantile, 1 from the last on.
   */
  public double cumulative(double x) {
    int last = quantiles.length - 1;
    if (x < quantiles[0]) {
      return 0;
    }
    if (x >= quantiles[last]) {
      return 1;
    }
    int low = 0;
    int high = last;
    // Invariant: quantiles[low] <= x < quantiles[high].
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (quantiles[middle] <= x) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double width = quantiles[high] - quantiles[low];
    return (low + (x - quantiles[low]) / width) / last;
  }

  private static double interpolate(double[] sorted, double position) {
    int below = Math.min((int) position, sorted.length - 1);
    int above = Math.min(below + 1, sorted.length - 1);
    double share = position - below;
    return share == 0
        ? sorted[below]
        : Math.min(sorted[above], sorted[below] + share * (sorted[above] - sorted[below]));
  }
}
