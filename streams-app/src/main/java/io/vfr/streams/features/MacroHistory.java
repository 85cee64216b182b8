package io.vfr.streams.features;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The values of every macro series over time, as one task knows them; a lookup at t sees the newest
 * value at or before t.
 */
final class MacroHistory {
  /** The most values kept of one series; the oldest goes first. */
  static final int ROWS_MAX = 250_000;

  private final Map<String, Series> series = new HashMap<>();
  private Series[] ordered = new Series[0];

  /** One series, sorted by time. */
  static final class Series {
    private final String name;
    private final int slot;
    private long[] times = new long[16];
    private double[] values = new double[16];
    private int size;

    Series(String name, int slot) {
      this.name = name;
      this.slot = slot;
    }

    String name() {
      return name;
    }

    /** The vector slot under the series' own name, or -1 if it is not a feature. */
    int slot() {
      return slot;
    }

    /** The newest value at or before t, or NaN. */
    double asOf(long millis) {
      int at = floor(millis);
      return at < 0 ? Double.NaN : values[at];
    }

    private int floor(long millis) {
      if (size > 0 && times[size - 1] <= millis) {
        return size - 1;
      }
      int at = Arrays.binarySearch(times, 0, size, millis);
      return at >= 0 ? at : -at - 2;
    }

    private void put(long millis, double value) {
      int at = floor(millis);
      if (at >= 0 && times[at] == millis) {
        values[at] = value;
        return;
      }
      if (size == times.length) {
        times = Arrays.copyOf(times, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      System.arraycopy(times, at + 1, times, at + 2, size - at - 1);
      System.arraycopy(values, at + 1, values, at + 2, size - at - 1);
      times[at + 1] = millis;
      values[at + 1] = value;
      size++;
    }

    private long dropOldest() {
      long oldest = times[0];
      size--;
      System.arraycopy(times, 1, times, 0, size);
      System.arraycopy(values, 1, values, 0, size);
      return oldest;
    }
  }

  /** Whether a series has been seen. */
  boolean knows(String name) {
    return series.containsKey(name);
  }

  /** Makes a series known under a vector slot. */
  void define(String name, int slot) {
    series.put(name, new Series(name, slot));
    ordered = series.values().toArray(Series[]::new);
    Arrays.sort(ordered, (a, b) -> a.name.compareTo(b.name));
  }

  /**
   * Sets the value of a known series from a time on; a value at the same time is replaced.
   *
   * @return the time of the row that had to go for it, or -1
   */
  long put(String name, long millis, double value) {
    Series target = series.get(name);
    if (target == null) {
      throw new IllegalStateException("macro series " + name + " was not defined");
    }
    target.put(millis, value);
    return target.size > ROWS_MAX ? target.dropOldest() : -1;
  }

  /** The newest value of a series at or before t, or NaN. */
  double asOf(String name, long millis) {
    Series found = series.get(name);
    return found == null ? Double.NaN : found.asOf(millis);
  }

  /** All series in the order of their names. The array is shared: read only. */
  Series[] all() {
    return ordered;
  }
}
