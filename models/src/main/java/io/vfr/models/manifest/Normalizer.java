package io.vfr.models.manifest;

import java.util.Arrays;

/**
 * The standardization of a model's inputs: z = (x − mean) / std in double, 0 where std is 0; a
 * missing value stays missing.
 */
public final class Normalizer {
  private final double[] mean;
  private final double[] std;

  /** Copies the two arrays; they have one entry per input. */
  public Normalizer(double[] mean, double[] std) {
    if (mean.length != std.length) {
      throw new IllegalArgumentException(
          "mean has " + mean.length + " entries and std " + std.length + "; they must be as many");
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  /** The number of inputs. */
  public int size() {
    return mean.length;
  }

  /** A copy of the means. */
  public double[] mean() {
    return mean.clone();
  }

  /** A copy of the standard deviations. */
  public double[] std() {
    return std.clone();
  }

  /** The standardized value of an input; NaN (missing) gives NaN. */
  public double apply(int input, double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    return std[input] == 0 ? 0 : (x - mean[input]) / std[input];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalizer that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Normalizer[" + mean.length + " inputs]";
  }
}
