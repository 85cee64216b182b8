package io.vfr.streams.ops;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells a stream thread that dies now and then, and is replaced, from threads that die in a row,
 * where going on is of no use. The replacement of a dead thread waits for the group's session
 * timeout before it has the tasks, so deaths in a row are that far apart. Thread-safe.
 */
final class ThreadDeaths {
  private static final int MAX = 5;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private final Deque<Long> deaths = new ArrayDeque<>();

  /** Counts a death; true if there were too many of late. */
  synchronized boolean tooMany(long nowNanos) {
    deaths.addLast(nowNanos);
    while (nowNanos - deaths.getFirst() > WINDOW.toNanos()) {
      deaths.removeFirst();
    }
    return deaths.size() > MAX;
  }
}
