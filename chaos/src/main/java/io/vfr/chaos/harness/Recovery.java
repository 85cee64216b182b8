package io.vfr.chaos.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long predictions of each symbol stayed away after a failure: until the first one arrives of a
 * price that was sent after it. Thread-safe.
 */
public final class Recovery {
  private final long failedNanos;
  private final long failedAtMillis;
  private final Map<String, Long> waiting;
  private final Map<String, Long> millis = new HashMap<>();

  /**
   * Begins to wait.
   *
   * @param lastMillis time of the last price sent before the failure, by symbol
   */
  public Recovery(Map<String, Long> lastMillis) {
    waiting = new HashMap<>(lastMillis);
    failedNanos = System.nanoTime();
    failedAtMillis = System.currentTimeMillis();
  }

  /** When it failed, epoch milliseconds. */
  public long failedAtMillis() {
    return failedAtMillis;
  }

  /** Notes a prediction that has arrived. */
  public synchronized void arrived(String symbol, long ts) {
    Long last = waiting.get(symbol);
    if (last != null && ts > last) {
      waiting.remove(symbol);
      millis.put(symbol, (System.nanoTime() - failedNanos) / 1_000_000);
      notifyAll();
    }
  }

  /** Waits until every symbol has one; false if the time is up first. */
  public synchronized boolean await(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!waiting.isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Symbols that still wait. */
  public synchronized List<String> waiting() {
    return waiting.keySet().stream().sorted().toList();
  }

  /** The times of the symbols that have recovered, milliseconds, by symbol. */
  public synchronized Map<String, Long> millis() {
    return new HashMap<>(millis);
  }

  /** A percentile of times, by the nearest rank; 0 if there are none. */
  public static long percentile(List<Long> millis, double percentile) {
    if (millis.isEmpty()) {
      return 0;
    }
    List<Long> sorted = new ArrayList<>(millis);
    sorted.sort(null);
    int rank = (int) Math.ceil(percentile / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
