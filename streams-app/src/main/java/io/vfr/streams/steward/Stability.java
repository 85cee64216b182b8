package io.vfr.streams.steward;

import io.vfr.models.manifest.FeatureDistribution;

/**
 * Population stability index: Σ (qᵢ − pᵢ) ln (qᵢ / pᵢ) over the bins of a reference p and of what
 * is seen now, q; a missing value is a bin of its own (B. Yurdakul, "Statistical properties of
 * population stability index", 2018). 0 is the same distribution; above 0.25 is usually called a
 * significant shift.
 */
public final class Stability {
  /** Half an observation in every bin, so that an empty one does not make it infinite. */
  private static final double SMOOTHING = 0.5;

  private Stability() {}

  /**
   * The index.
   *
   * @param counts by bin, then missing, of {@code reference.bins() + 1} entries; at least one above
   *     0
   * @param referenceRows rows behind the reference
   * @throws IllegalArgumentException if the counts are not those of the reference's bins
   */
  public static double index(FeatureDistribution reference, long referenceRows, double[] counts) {
    int bins = reference.bins() + 1;
    if (counts.length != bins) {
      throw new IllegalArgumentException(
          counts.length + " counts; the reference has " + bins + " bins, missing included");
    }
    double[] shares = reference.shares();
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    double index = 0;
    for (int bin = 0; bin < bins; bin++) {
      double share =
          bin < shares.length ? shares[bin] * (1 - reference.missing()) : reference.missing();
      double expected = (share * referenceRows + SMOOTHING) / (referenceRows + SMOOTHING * bins);
      double seen = (counts[bin] + SMOOTHING) / (total + SMOOTHING * bins);
      index += (seen - expected) * Math.log(seen / expected);
    }
    return index;
  }
}
