package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

/**
 * A stream thread with a clock of our own: beats every 10 ms, commits that take as long as told.
 */
class CommitPaceTest {
  private static final long INTERVAL = 100;
  private static final long BEAT = 10;

  private final CommitPace pace = new CommitPace();
  private final List<Long> commits = new ArrayList<>();
  private long now = 1_000_000;

  @Test
  void quickCommits_comeEveryInterval() {
    run(1_000, 5, "1_0");
    assertThat(commits).hasSizeBetween(8, 10);
  }

  @Test
  void slowCommits_leaveAsMuchTimeForRecords() {
    run(10_000, 250, "1_0");
    // Half of the time is 5 s, 250 ms each.
    assertThat(commits).hasSizeBetween(18, 21);
  }

  @Test
  void commitsThatAreQuickAgain_comeEveryIntervalAgain() {
    run(5_000, 250, "1_0");
    commits.clear();
    run(2_000, 5, "1_0");
    assertThat(commits).hasSizeBetween(15, 20);
  }

  @Test
  void tasksOfAThread_shareThePace() {
    run(1_000, 5, "1_0", "1_3", "2_0");
    assertThat(commits).hasSizeBetween(8, 10);
  }

  @Test
  void taskThatAskedAndHasGone_isNotWaitedFor() {
    assertThat(pace.isDue("1_0", now, INTERVAL)).isTrue();
    now += INTERVAL;
    run(1_000, 5, "1_3");
    assertThat(commits).hasSizeBetween(8, 11);
  }

  @Test
  void recordAfterAPause_findsTheRequestMade() throws Exception {
    // A thread of its own: other tests have kept a pace on this one.
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      thread.submit(this::recordAfterAPause).get();
    }
  }

  private void recordAfterAPause() {
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    CommitPace.keep(context, Duration.ofMillis(INTERVAL));
    MockProcessorContext.CapturedPunctuator beat = context.scheduledPunctuators().getFirst();
    assertThat(beat.getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
    assertThat(beat.getInterval()).isEqualTo(Duration.ofMillis(BEAT));
    beat.getPunctuator().punctuate(now);
    assertThat(context.committed()).isTrue();
    context.resetCommit();
    beat.getPunctuator().punctuate(now + BEAT);
    assertThat(context.committed()).isFalse();
    beat.getPunctuator().punctuate(now + BEAT + INTERVAL);
    assertThat(context.committed()).isTrue();
  }

  /** Runs a stream thread: all tasks' beats, then a commit if one of them has asked. */
  private void run(long millis, long commitMillis, String... tasks) {
    long end = now + millis;
    while (now < end) {
      boolean asked = false;
      for (String task : tasks) {
        asked |= pace.isDue(task, now, INTERVAL);
      }
      if (asked) {
        commits.add(now);
        now += commitMillis;
      }
      now += BEAT;
    }
  }
}
