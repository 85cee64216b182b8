package io.vfr.models.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches the calls of one session, one call at a time. A call has exceeded its time-out when the
 * watchdog has seen it for the time-out and {@link #SLACK_TICKS} more ticks, and its thread has
 * worked for the time-out: neither a pause of the whole JVM, which is one tick, nor a thread that
 * waits for a processor counts against a model. Where work is not known, or for what waits without
 * working, {@link #IDLE_FACTOR} times as many ticks decide.
 */
final class Watch {
  static final int SLACK_TICKS = 3;
  static final int IDLE_FACTOR = 10;

  private final Runnable interrupt;

  // Guarded by this.
  private long timeoutNanos;
  private long ticksMax;
  private @Nullable Thread caller;
  private long ticks;
  private long cpuAtFirstTick;
  private boolean interrupted;

  /**
   * Creates a watch.
   *
   * @param interrupt makes the call return soon; runs on the watchdog's thread, while the call is
   *     in flight
   */
  Watch(Duration timeout, Runnable interrupt) {
    this.interrupt = interrupt;
    timeout(timeout);
  }

  /** Sets the time-out of the calls to come. */
  synchronized void timeout(Duration timeout) {
    timeoutNanos = timeout.toNanos();
    ticksMax = Math.ceilDiv(timeoutNanos, Watchdog.TICK.toNanos()) + SLACK_TICKS;
  }

  /** The calling thread begins a call. */
  synchronized void begin() {
    caller = Thread.currentThread();
    ticks = 0;
  }

  /** The call has returned; true if it was interrupted. */
  synchronized boolean end() {
    boolean was = interrupted;
    caller = null;
    interrupted = false;
    return was;
  }

  /** One tick of the watchdog. */
  synchronized void tick() {
    if (caller == null || interrupted) {
      return;
    }
    long cpu = ThreadCpu.nanos(caller);
    ticks++;
    if (ticks == 1) {
      cpuAtFirstTick = cpu;
    }
    boolean worked = cpu >= 0 && cpu - cpuAtFirstTick >= timeoutNanos;
    if ((ticks >= ticksMax && worked) || ticks >= IDLE_FACTOR * ticksMax) {
      interrupted = true;
      interrupt.run();
    }
  }
}
