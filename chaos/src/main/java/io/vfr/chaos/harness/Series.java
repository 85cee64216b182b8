package io.vfr.chaos.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** The resident memory of a process over time, in equal steps, bytes. Thread-safe. */
public final class MemorySeries {
  private final List<Long> samples = new ArrayList<>();

  /**
   * Medians of two quarters of a series.
   *
   * @param early of the second quarter: the first one is warm-up
   * @param late of the last quarter
   */
  public record Plateau(long early, long late) {
    /** Growth from the one to the other, bytes; negative if it shrank. */
    public long growth() {
      return late - early;
    }

    /** Whether it grew by less than both bounds. */
    public boolean isFlat(double shareMax, long bytesMax) {
      return growth() < early * shareMax && growth() < bytesMax;
    }
  }

  /** What a process has resident, bytes; empty where there is no /proc or no such process. */
  public static OptionalLong residentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")) << 10);
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Adds a sample. */
  public synchronized void add(long bytes) {
    samples.add(bytes);
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

  private long median(int from, int to) {
    long[] part = samples.subList(from, to).stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(part);
    return part[part.length / 2];
  }
}
