package io.vfr.models.trees;

/**
 * How much each input moved one prediction, in the unit of the model's margin. Not thread-safe; one
 * per thread.
 */
public interface Attribution {
  /**
   * Writes one contribution per input; they and {@link #bias()} add up to the row's margin.
   *
   * @param row input values, NaN where missing
   * @param out one value per input, overwritten
   */
  void contributions(double[] row, double[] out);

  /** What it is called in messages: {@code path} or {@code shap}. */
  String method();

  /** The margin that is not owed to any input: the model's expectation over its training rows. */
  double bias();
}
