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

  /** An entry is a value and the number of its bar, side by side. */
  private static final int ENTRY = 2;

  private static final int BAR = 1;

  /** Closed bars that each window holds, ascending. */
  private final int[] spans;

  /**
   * Position of the first entry inside each window, and that of the next entry; positions only wrap
   * with int arithmetic.
   */
  private final int[] positions;

  private double[] entries = new double[ENTRY * INITIAL_CAPACITY];

  MonotonicQueue(int... spans) {
    this.spans = spans;
    positions = new int[spans.length + 1];
  }

  void append(long bar, double value) {
    int windows = spans.length;
    int front = positions[windows - 1];
    int tail = positions[windows];
    double[] entries = this.entries;
    while (tail - front > 0 && entries[at(entries, tail - 1)] <= value) {
      tail--;
    }
    if (ENTRY * (tail - front) == entries.length) {
      entries = grown(front, tail);
      this.entries = entries;
    }
    int next = at(entries, tail);
    entries[next] = value;
    entries[next + BAR] = bar;
    for (int w = 0; w < windows; w++) {
      int head = positions[w];
      if (head - tail > 0) {
        head = tail;
      }
      double left = bar - spans[w];
      while (entries[at(entries, head) + BAR] <= left) {
        head++;
      }
      positions[w] = head;
    }
    positions[windows] = tail + 1;
  }

  private static int at(double[] entries, int position) {
    return (ENTRY * position) & (entries.length - 1);
  }

  private double[] grown(int front, int tail) {
    double[] grown = Arrays.copyOf(entries, 2 * entries.length);
    for (int position = front; position - tail < 0; position++) {
      System.arraycopy(entries, at(entries, position), grown, at(grown, position), ENTRY);
    }
    return grown;
  }

  /** The newest bar's value. */
  double newest() {
    return entries[at(entries, positions[spans.length] - 1)];
  }

  /** The largest value of a window's closed bars; at least one bar must have been appended. */
  double max(int window) {
    return entries[at(entries, positions[window])];
  }
}
