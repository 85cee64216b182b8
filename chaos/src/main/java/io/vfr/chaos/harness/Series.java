package io.vfr.chaos.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A figure over time, in equal steps: the memory of a process, for instance. Thread-safe. */
public final class Series {
  private final List<Long> samples = new ArrayList<>();

  /**
   * Medians of two quarters of a series.
   *
   * @param early of the second quarter: the first one is warm-up
   * @param late of the last quarter
   */
  public record Plateau(long early, long late) {
    /** Growth from the one to the other; negative if it shrank. */
    public long growth() {
      return late - early;
    }

    /** Whether it grew by less than both bounds. */
    public boolean isFlat(double shareMax, long growthMax) {
      return growth() <= early * shareMax && growth() < growthMax;
    }
  }

  /** Adds a sample. */
  public synchronized void add(long sample) {
    samples.add(sample);
  }

  /** How many samples there are. */
  public synchronized int size() {
    return samples.size();
  }

  /** The medians of ten equal parts, in order; fewer if there are not that many samples. */
  public synchronized List<Long> tenths() {
    List<Long> medians = new ArrayList<>();
    int parts = Math.min(10, samples.size());
    for (int i = 0; i < parts; i++) {
      medians.add(median(i * samples.size() / parts, (i + 1) * samples.size() / parts));
    }
    return medians;
  }

  /**
   * The series' two quarters.
   *
   * @throws IllegalStateException if there are fewer than four samples
   */
  public synchronized Plateau plateau() {
    int size = samples.size();
    if (size < 4) {
      throw new IllegalStateException(size + " samples have no quarters");
    }
    return new Plateau(median(size / 4, size / 2), median(size - size / 4, size));
  }

  /**
   * The sample that this share of all is not above.
   *
   * @param percentile above 0, to 100
   * @throws IllegalStateException if there are no samples
   */
  public synchronized long percentile(double percentile) {
    if (samples.isEmpty()) {
      throw new IllegalStateException("no samples");
    }
    long[] sorted = samples.stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted[(int) Math.ceil(percentile / 100 * sorted.length) - 1];
  }

  private long median(int from, int to) {
    long[] part = samples.subList(from, to).stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(part);
    return part[part.length / 2];
  }
}
