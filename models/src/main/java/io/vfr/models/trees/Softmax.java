package io.vfr.models.trees;

/** Class probabilities from margins. */
public final class Softmax {
  private Softmax() {}

  /** Replaces length margins from an index on by their softmax, computed in double. */
  public static void apply(double[] values, int from, int length) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      max = Math.max(max, values[i]);
    }
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      values[i] = StrictMath.exp(values[i] - max);
      sum += values[i];
    }
    for (int i = from; i < from + length; i++) {
      values[i] /= sum;
    }
  }
}
