package io.vfr.models.trees;

import java.util.function.DoubleUnaryOperator;

/** What a library makes of an ensemble's margins: its outputs. */
public enum TreeLink {
  /** The margin is the output. */
  IDENTITY,
  /** The probability of the second class. */
  SIGMOID,
  /** A probability for each class. */
  SOFTMAX;

  /**
   * Replaces margins by outputs.
   *
   * @param values row-major, outputs for each row
   * @param scale what margins are multiplied by first, of a sigmoid
   * @param rounding to the precision of the library's outputs
   */
  public void apply(
      double[] values, int rows, int outputs, double scale, DoubleUnaryOperator rounding) {
    switch (this) {
      case IDENTITY -> {}
      case SIGMOID -> {
        for (int i = 0; i < rows * outputs; i++) {
          values[i] = rounding.applyAsDouble(1 / (1 + StrictMath.exp(-scale * values[i])));
        }
      }
      case SOFTMAX -> {
        for (int r = 0; r < rows; r++) {
          Softmax.apply(values, r * outputs, outputs);
        }
        for (int i = 0; i < rows * outputs; i++) {
          values[i] = rounding.applyAsDouble(values[i]);
        }
      }
    }
  }
}
