package io.vfr.streams.ops.replay;

import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Spreads rows evenly over time, by their intended times: a delay is caught up. */
final class Pacer {
  private static final long PARK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

  private final double nanosPerRow;
  private long startNanos;
  private long rows;

  /**
   * Makes a pacer.
   *
   * @param rowsPerSecond empty for no pauses
   */
  Pacer(OptionalDouble rowsPerSecond) {
    nanosPerRow = rowsPerSecond.isPresent() ? 1e9 / rowsPerSecond.getAsDouble() : 0;
  }

  /** Returns when the next row is due; the first is at once. */
  void awaitTurn() {
    if (nanosPerRow == 0) {
      return;
    }
    if (rows == 0) {
      startNanos = System.nanoTime();
    }
    long due = startNanos + (long) (rows * nanosPerRow);
    rows++;
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, PARK_NANOS_MAX));
    }
  }
}
