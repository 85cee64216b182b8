package io.vfr.models.load;

/** Scores rows and attributes each of them while it is at it. */
public interface AttributingScorer extends Scorer {
  /**
   * Scores rows as {@link Scorer#score(double[], int, double[])} does, and attributes each as
   * {@link LoadedModel#newAttribution} does.
   *
   * @param contributions row-major, rowCount × inputs, overwritten; may be longer. A sequence's
   *     features take the first places of its row
   */
  void score(double[] rows, int rowCount, double[] out, double[] contributions);
}
