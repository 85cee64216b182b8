package io.vfr.models.trees;

/** Computes the margins of a tree ensemble, for one thread. */
public interface MarginEvaluator {
  /**
   * Computes one row's margins, before any sigmoid or softmax.
   *
   * @param rows row-major input values, NaN where missing
   * @param row index of the row
   * @param out row-major margins, of the same rows
   */
  void margins(double[] rows, int row, double[] out);

  /** The evaluator of an ensemble: flat where its splits allow it. */
  static MarginEvaluator of(TreeEnsemble trees, FlatTrees flat) {
    return flat.isComplete() ? flat.newEvaluator() : new WalkingEvaluator(trees);
  }
}
