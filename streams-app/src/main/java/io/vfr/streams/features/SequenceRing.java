package io.vfr.streams.features;

import io.vfr.models.schema.SequencePlan;

/**
 * The features of one symbol's newest closed bars, as a plan asks for them: {@code (length - 1) *
 * width} floats, one row a bar.
 */
final class SequenceRing {
  private final SequencePlan plan;
  private final float[] rows;
  private int next;
  private int filled;

  SequenceRing(SequencePlan plan) {
    this.plan = plan;
    rows = new float[(plan.length() - 1) * plan.width()];
  }

  SequencePlan plan() {
    return plan;
  }

  /** Takes the vector of a bar that closes, by schema index. */
  void push(double[] vector) {
    if (rows.length == 0) {
      return;
    }
    write(vector, rows, next);
    next = next + plan.width() == rows.length ? 0 : next + plan.width();
    filled = Math.min(filled + plan.width(), rows.length);
  }

  /** The closed bars with one more behind them. */
  FeatureSequence with(double[] vector) {
    float[] values = new float[filled + plan.width()];
    int oldest = filled < rows.length ? 0 : next;
    System.arraycopy(rows, oldest, values, 0, filled - oldest);
    System.arraycopy(rows, 0, values, filled - oldest, oldest);
    write(vector, values, filled);
    return new FeatureSequence(plan, values.length / plan.width(), values);
  }

  private void write(double[] vector, float[] out, int offset) {
    for (int column = 0; column < plan.width(); column++) {
      float value = (float) vector[plan.index(column)];
      // Doubles beyond the range of floats are missing rather than infinite.
      out[offset + column] = Math.abs(value) <= Float.MAX_VALUE ? value : Float.NaN;
    }
  }
}
