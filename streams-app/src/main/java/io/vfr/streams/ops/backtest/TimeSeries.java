package io.vfr.streams.ops.backtest;

import java.util.Arrays;

/** Values by time, in 16 bytes each; a later value of the same time replaces the earlier one. */
final class TimeSeries {
  private long[] times = new long[16];
  private double[] values = new double[16];
  private int size;

  /** Sets the value of a time. */
  void put(long time, double value) {
    int at = size > 0 && time > times[size - 1] ? -size - 1 : find(time);
    if (at < 0) {
      at = -at - 1;
      makeRoom(at);
      times[at] = time;
    }
    values[at] = value;
  }

  private int find(long time) {
    return Arrays.binarySearch(times, 0, size, time);
  }

  private void makeRoom(int at) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    System.arraycopy(times, at, times, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    size++;
  }

  int size() {
    return size;
  }

  /** Whether there is a value of this time. */
  boolean has(long time) {
    return find(time) >= 0;
  }

  /** The value of a time; NaN without one. */
  double get(long time) {
    int at = find(time);
    return at < 0 ? Double.NaN : values[at];
  }

  /** The first value after a time; NaN without one. */
  double next(long time) {
    int at = find(time);
    int after = at < 0 ? -at - 1 : at + 1;
    return after < size ? values[after] : Double.NaN;
  }
}
