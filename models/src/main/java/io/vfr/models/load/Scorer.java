package io.vfr.models.load;

/** Scores rows with one model. Not thread-safe: one per stream thread; close it to let go. */
public interface Scorer extends AutoCloseable {
  /**
   * Scores rows. A row's outputs do not depend on the other rows of the call.
   *
   * @param rows row-major, rowCount × inputs raw feature values in the manifest's order; NaN or an
   *     infinity is a missing value. May be longer.
   * @param rowCount number of rows, at least 1
   * @param out row-major, rowCount × outputs; may be longer. An output may be NaN: the model failed
   *     on that row.
   * @throws ScoringException if the model fails as a whole
   */
  void score(double[] rows, int rowCount, double[] out);

  @Override
  void close();
}
