package io.vfr.models.trees;

/**
 * How much each feature moved one prediction, in the unit of the model's margin; of its output
 * where it has no margin. Not thread-safe; one per thread.
 */
public interface Attribution {
  /**
   * Writes one contribution per feature: per input, or for a sequence per feature of a bar, over
   * all bars together. With any method but {@code occlusion} they and {@link #bias()} add up to the
   * row's margin.
   *
   * @param row input values, NaN where missing
   * @param out one value per feature, overwritten; may be longer
   */
  void contributions(double[] row, double[] out);

  /**
   * The same of a row that the model has scored already.
   *
   * @param outputs the model's outputs for the row, as many as the model has; who runs the model
   *     takes them instead of scoring the row again
   */
  default void contributions(double[] row, double[] outputs, double[] out) {
    contributions(row, out);
  }

  /**
   * The margin that is not owed to any feature: the model's expectation over its training rows, or
   * for {@code occlusion} its output for a row of means, NaN if it has none.
   */
  double bias();

  /**
   * What the contributions are: {@code path}, {@code shap}, {@code linear} or {@code occlusion}.
   */
  String method();

  /** How many rows the model scores for one call at most; 0 if it is not run at all. */
  int rowsPerCall();

  /**
   * About how many elementary steps one call takes beside the rows it scores, for whoever must
   * bound what explanations cost; 0 if they are no more than a score's.
   */
  default long stepsPerCall() {
    return 0;
  }
}
