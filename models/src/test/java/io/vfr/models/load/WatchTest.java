package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration TIMEOUT = Watchdog.TICK.multipliedBy(5);
  private static final int TICKS_MAX = 5 + Watch.SLACK_TICKS;
  private int interrupts;
  private final Watch watch = new Watch(TIMEOUT, () -> interrupts++);

  private void ticks(int count) {
    for (int i = 0; i < count; i++) {
      watch.tick();
    }
  }

  /** Keeps this thread at work for longer than the time-out. */
  private static void work() {
    long begin = ThreadCpu.currentNanos();
    while (ThreadCpu.currentNanos() - begin <= TIMEOUT.toNanos()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void tick_callThatWorksForTheTimeout_isInterruptedOnceAfterTheSlack() {
    watch.begin();
    watch.tick();
    work();
    ticks(TICKS_MAX - 2);
    assertThat(interrupts).as("the slack is not used up").isZero();
    watch.tick();
    assertThat(interrupts).isEqualTo(1);
    ticks(100);
    assertThat(interrupts).isEqualTo(1);
    assertThat(watch.end()).isTrue();
  }

  @Test
  void tick_oneLongPause_countsAsOneTick() {
    watch.begin();
    watch.tick();
    // However long the watchdog itself was held up between two ticks.
    work();
    watch.tick();
    assertThat(watch.end()).isFalse();
    assertThat(interrupts).isZero();
  }

  @Test
  void tick_threadThatWaitsForAProcessor_hasTenTimesAsLong() {
    watch.begin();
    ticks(Watch.IDLE_FACTOR * TICKS_MAX - 1);
    assertThat(interrupts).isZero();
    watch.tick();
    assertThat(interrupts).isEqualTo(1);
  }

  @Test
  void tick_betweenCalls_doesNotCount() {
    for (int call = 0; call < 100; call++) {
      watch.begin();
      ticks(TICKS_MAX - 1);
      assertThat(watch.end()).isFalse();
      ticks(TICKS_MAX);
    }
    assertThat(interrupts).isZero();
  }

  @Test
  void begin_afterAnInterrupt_startsAnew() {
    watch.begin();
    ticks(Watch.IDLE_FACTOR * TICKS_MAX);
    assertThat(watch.end()).isTrue();
    watch.begin();
    ticks(TICKS_MAX);
    assertThat(watch.end()).isFalse();
    assertThat(interrupts).isEqualTo(1);
  }
}
