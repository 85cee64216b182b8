package io.vfr.models.trees;

/** Computes the margins of a tree ensemble, and attributes them by path, for one thread. */
public interface MarginEvaluator {
  /**
   * Computes one row's margins, before any sigmoid or softmax.
   *
   * @param rows row-major input values, NaN where missing
   * @param row index of the row
   * @param out row-major margins, of the same rows
   */
  void margins(double[] rows, int row, double[] out);

  /**
   * Attributes the margins that were computed last: adds to each input what the expectation changes
   * by at its splits on the row's paths, times the weight of the tree's output.
   *
   * @param rows the rows of that call
   * @param row its row
   * @param outputWeights weight of each output's margin
   * @param out row-major, one value per input, of the same rows
   */
  void addChanges(double[] rows, int row, double[] outputWeights, double[] out);

  /** The evaluator of an ensemble: flat where its splits allow it. */
  static MarginEvaluator of(TreeEnsemble trees, FlatTrees flat) {
    return flat.isComplete() ? flat.newEvaluator() : new WalkingEvaluator(trees);
  }
}
