package io.vfr.streams.ops.backtest;

import java.util.Arrays;

/** A list of doubles, in 8 bytes each. */
final class Doubles {
  private double[] values = new double[1024];
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size + (size >> 1));
    }
    values[size++] = value;
  }

  /** Adds NaN until there are so many. */
  void padTo(int count) {
    while (size < count) {
      add(Double.NaN);
    }
  }

  /** All values, a copy. */
  double[] all() {
    return Arrays.copyOf(values, size);
  }

  /** The values at these places, in this order. */
  double[] at(int[] places) {
    double[] found = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      found[i] = values[places[i]];
    }
    return found;
  }
}
