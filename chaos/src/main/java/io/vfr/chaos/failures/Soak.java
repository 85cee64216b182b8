package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Series;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Lets the load flow and breaks nothing, and looks at what instances take and leave undone. */
final class Soak implements Steps {
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int STEPS_PER_LOOK_INSIDE = 3;
  private static final int STEPS_PER_LINE = 12;

  private final Duration duration;

  Soak(Duration duration) {
    this.duration = duration;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    Map<Integer, SoakProbe> probes = new TreeMap<>();
    Series lag = new Series();
    try {
      for (int instance : arena.fleet().running()) {
        probes.put(instance, new SoakProbe(arena.fleet().get(instance)));
      }
      long began = System.nanoTime();
      long steps = duration.dividedBy(STEP);
      for (int step = 1; step <= steps && alive(arena); step++) {
        Duration due = STEP.multipliedBy(step).minusNanos(System.nanoTime() - began);
        if (due.isPositive()) {
          Thread.sleep(due);
        }
        look(arena, probes, lag, step);
      }
      SoakJudge judge =
          new SoakJudge(
              arena.verdict(), arena.options().rate(), Duration.ofNanos(System.nanoTime() - began));
      judge.judge(probes);
      judge.judgeLag(lag);
    } finally {
      probes.values().forEach(SoakProbe::close);
    }
  }

  /** An instance that ended is told by the fleet, and there is nothing left to measure. */
  private static boolean alive(Arena arena) throws IOException {
    return arena.fleet().problems().isEmpty();
  }

  private static void look(Arena arena, Map<Integer, SoakProbe> probes, Series lag, int step)
      throws IOException, InterruptedException {
    lag.add(arena.lag());
    for (SoakProbe probe : probes.values()) {
      probe.look();
      if (step % STEPS_PER_LOOK_INSIDE == 0) {
        probe.lookInside();
      }
    }
    if (step % STEPS_PER_LINE == 0) {
      arena.say(
          STEP.multipliedBy(step).toMinutes()
              + " min: lag "
              + lag.tenths().getLast()
              + ", resident MiB "
              + probes.values().stream()
                  .map(probe -> probe.resident().percentile(100) >> 20)
                  .toList());
    }
  }
}
