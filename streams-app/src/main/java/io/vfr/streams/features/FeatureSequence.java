package io.vfr.streams.features;

import io.vfr.models.schema.SequencePlan;

/**
 * The features of a symbol's last bars, oldest first, the vector's own bar last: what models that
 * read sequences are given. Immutable.
 *
 * <p>Every bar but the last counts in its final state, with the values of the vector that had it as
 * its own. A symbol with fewer bars than the plan asks for has fewer rows.
 */
public final class FeatureSequence {
  private final SequencePlan plan;
  private final int bars;
  private final float[] values;

  /**
   * Takes over an array.
   *
   * @param values {@code bars} rows of the plan's columns, oldest bar first; NaN is missing
   */
  FeatureSequence(SequencePlan plan, int bars, float[] values) {
    if (bars < 1 || bars > plan.length() || values.length != bars * plan.width()) {
      throw new IllegalArgumentException(
          bars + " bars with " + values.length + " values do not fit " + plan);
    }
    this.plan = plan;
    this.bars = bars;
    this.values = values;
  }

  /** What the sequence holds. */
  public SequencePlan plan() {
    return plan;
  }

  /** How many bars are known, the vector's own included: 1..{@code plan().length()}. */
  public int bars() {
    return bars;
  }

  /**
   * One value; NaN is missing.
   *
   * @param bar 0 is the oldest known
   * @param column by the plan's order
   */
  public float value(int bar, int column) {
    return values[bar * plan.width() + column];
  }

  /**
   * Copies columns of the last bars, row by row, oldest bar first.
   *
   * @param length how many bars, at most {@link #bars()}
   * @param columns which columns of the plan, in the order wanted
   * @param out receives {@code length * columns.length} values from {@code offset} on
   */
  public void copyLast(int length, int[] columns, double[] out, int offset) {
    if (length > bars) {
      throw new IllegalArgumentException(length + " bars are wanted, " + bars + " are known");
    }
    int at = offset;
    for (int row = (bars - length) * plan.width(); row < values.length; row += plan.width()) {
      for (int column : columns) {
        out[at++] = values[row + column];
      }
    }
  }

  @Override
  public String toString() {
    return "FeatureSequence[" + bars + " of " + plan + "]";
  }
}
