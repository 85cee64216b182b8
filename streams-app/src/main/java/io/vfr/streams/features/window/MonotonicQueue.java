package io.vfr.streams.features.window;

import java.util.Arrays;

/**
 * The maxima of the last bars for several window lengths at once, in one queue.
 *
 * <p>The queue holds the bars that no later bar has exceeded, oldest and largest first. A shorter
 * window's maxima are the tail of a longer one's, so each window only needs the position where its
 * part begins. Appending is amortised O(1), reading O(1). For minima the values are negated.
 */
final class MonotonicQueue {
  private static final int INITIAL_CAPACITY = 16;

  /** Closed bars that each window holds, ascending. */
  private final int[] spans;

  /** Position of the first entry inside each window; positions only wrap with int arithmetic. */
  private final int[] heads;

  private double[] values = new double[INITIAL_CAPACITY];
  private int[] bars = new int[INITIAL_CAPACITY];
  private int tail;

  MonotonicQueue(int... spans) {
    this.spans = spans;
    heads = new int[spans.length];
  }

  void append(int bar, double value) {
    int mask = values.length - 1;
    int front = heads[heads.length - 1];
    while (tail - front > 0 && values[(tail - 1) & mask] <= value) {
      tail--;
    }
    if (tail - front == values.length) {
      grow(front);
      mask = values.length - 1;
    }
    values[tail & mask] = value;
    bars[tail & mask] = bar;
    for (int w = 0; w < heads.length; w++) {
      int head = heads[w];
      if (head - tail > 0) {
        head = tail;
      }
      while (bar - bars[head & mask] >= spans[w]) {
        head++;
      }
      heads[w] = head;
    }
    tail++;
  }

  private void grow(int front) {
    int oldMask = values.length - 1;
    double[] grownValues = Arrays.copyOf(values, values.length * 2);
    int[] grownBars = new int[values.length * 2];
    int mask = grownValues.length - 1;
    for (int position = front; position - tail < 0; position++) {
      grownValues[position & mask] = values[position & oldMask];
      grownBars[position & mask] = bars[position & oldMask];
    }
    values = grownValues;
    bars = grownBars;
  }

  /** The largest value of a window's closed bars; at least one bar must have been appended. */
  double max(int window) {
    return values[heads[window] & (values.length - 1)];
  }
}
