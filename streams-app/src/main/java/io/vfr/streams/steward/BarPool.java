package io.vfr.streams.steward;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Means over whole bars of what the tasks tell in parts. A bar is whole when every partition that
 * ever told something is beyond it, or when it lies {@link #BEHIND_MAX} bars behind the newest one:
 * a partition without symbols that still trade must not hold the others. What comes for a bar after
 * that is left out.
 */
final class BarPool {
  /** How far partitions may be apart, in bars; a replay reads them in turns. */
  static final int BEHIND_MAX = 256;

  /**
   * What is stored.
   *
   * @param open sum and number by bar, epoch milliseconds
   * @param newest the newest bar by partition
   * @param taken the newest bar that was taken
   */
  record State(Map<Long, double[]> open, Map<Integer, Long> newest, long taken) {
    static final State EMPTY = new State(Map.of(), Map.of(), Long.MIN_VALUE);
  }

  private final long intervalMillis;
  private final TreeMap<Long, double[]> open;
  private final Map<Integer, Long> newest;
  private long taken;

  BarPool(long intervalMillis, State state) {
    this.intervalMillis = intervalMillis;
    open = new TreeMap<>(state.open());
    newest = new HashMap<>(state.newest());
    taken = state.taken();
  }

  State state() {
    return new State(new TreeMap<>(open), new HashMap<>(newest), taken);
  }

  /** Notes that a partition has come to a bar. */
  void reached(int partition, long bar) {
    newest.merge(partition, bar, Math::max);
  }

  /** Adds a sum over so many outcomes of a bar. */
  void add(long bar, double sum, long number) {
    if (bar > taken && number > 0) {
      double[] both = open.computeIfAbsent(bar, start -> new double[2]);
      both[0] += sum;
      both[1] += number;
    }
  }

  /** Takes out the means of the bars that are whole, oldest first. */
  List<Double> take() {
    long least = newest.values().stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE);
    long most = newest.values().stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE);
    long whole =
        most == Long.MIN_VALUE ? most : Math.max(least, most - BEHIND_MAX * intervalMillis);
    List<Double> means = new ArrayList<>();
    while (!open.isEmpty() && open.firstKey() < whole) {
      Map.Entry<Long, double[]> first = open.pollFirstEntry();
      taken = first.getKey();
      means.add(first.getValue()[0] / first.getValue()[1]);
    }
    return means;
  }
}
