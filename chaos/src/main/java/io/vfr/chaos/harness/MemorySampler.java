package io.vfr.chaos.harness;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a process's memory once a second until it is closed. */
public final class MemorySampler implements AutoCloseable {
  private final Series series = new Series();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("memory-sampler").daemon().factory());

  /** Starts to look at a process. */
  public MemorySampler(long pid) {
    clock.scheduleAtFixedRate(
        () -> ProcessFigures.residentBytes(pid).ifPresent(series::add), 0, 1, TimeUnit.SECONDS);
  }

  /** What was seen so far. */
  public Series series() {
    return series;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
