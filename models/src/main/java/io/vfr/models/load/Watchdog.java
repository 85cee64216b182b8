package io.vfr.models.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread of a process that ends calls which take too long. Java cannot interrupt native
 * code; a library that offers a flag for it has it set from here. The thread counts its own ticks
 * instead of reading a clock, so that a pause of the JVM or of the machine is one tick however long
 * it was. It sleeps for good while there is nothing to watch.
 */
final class Watchdog {
  static final Duration TICK = Duration.ofMillis(10);

  private static final Watchdog SHARED = new Watchdog();

  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final Thread thread =
      Thread.ofPlatform().name("model-watchdog").daemon().unstarted(this::run);

  private Watchdog() {
    thread.start();
  }

  static Watchdog shared() {
    return SHARED;
  }

  void add(Watch watch) {
    watches.add(watch);
    LockSupport.unpark(thread);
  }

  void remove(Watch watch) {
    watches.remove(watch);
  }

  private void run() {
    while (true) {
      if (watches.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TICK.toNanos());
        watches.forEach(Watch::tick);
      }
    }
  }
}
