package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.state.CommitPace.Turn;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

/** Stream threads with a clock of our own: beats every 10 ms, commits that take as long as told. */
class CommitPaceTest {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final long BEAT = 10;

  private Duration interval = INTERVAL;
  private long now = 1_000_000;
  private final CommitPace pace = new CommitPace(() -> now);
  private final List<Long> commits = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();

  /** As Kafka Streams has it: a request stands until the task has something to commit. */
  private final class Task {
    private final MockProcessorContext<Object, Object> context;
    private final Turn turn;
    private boolean needed;

    Task(int partition) {
      context =
          new MockProcessorContext<>(properties(), new TaskId(1, partition), new File("unused"));
      turn = pace.turn(context);
      turn.keep(context, interval);
    }

    void process() {
      needed = true;
      turn.processed(context);
    }

    void beat() {
      context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now);
    }

    boolean asks() {
      return needed && context.committed();
    }

    void committed() {
      if (needed) {
        needed = false;
        context.resetCommit();
      }
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "pace-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    return properties;
  }

  private void open(int count) {
    for (int i = 0; i < count; i++) {
      tasks.add(new Task(i));
    }
  }

  /** The rest of a round of the stream thread: beats, then a commit if a task has asked. */
  private void endRound(long commitMillis, boolean measured) {
    tasks.forEach(Task::beat);
    if (tasks.stream().anyMatch(Task::asks)) {
      commits.add(now);
      if (measured) {
        tasks.stream().filter(task -> task.needed).forEach(task -> pace.begins());
      }
      now += commitMillis;
      tasks.forEach(Task::committed);
    }
  }

  private void run(long millis, long commitMillis) {
    long end = now + millis;
    while (now < end) {
      tasks.forEach(Task::process);
      endRound(commitMillis, true);
      now += BEAT;
    }
  }

  private void assertNear(Task task, long notYet, long near) {
    now = notYet;
    assertThat(task.turn.isNear()).isFalse();
    now = near;
    assertThat(task.turn.isNear()).isTrue();
  }

  /** One task for 10 s. */
  private void runAlone(Duration interval, long commitMillis) {
    this.interval = interval;
    open(1);
    run(10_000, commitMillis);
  }

  @Test
  void quickCommits_comeEveryInterval() {
    open(1);
    run(1_000, 5);
    assertThat(commits).hasSizeBetween(8, 10);
  }

  @Test
  void commitThatIsAskedFor_isNearInTheLastPartOfTheInterval() {
    open(1);
    run(1_000, 5);
    List<Long> near = new ArrayList<>();
    long from = commits.getLast();
    int before = commits.size();
    while (commits.size() == before) {
      tasks.getFirst().process();
      if (tasks.getFirst().turn.isNear()) {
        near.add(now - from);
      }
      endRound(5, true);
      now += BEAT;
    }
    assertThat(near).isNotEmpty().allMatch(since -> since >= 80);
    tasks.getFirst().process();
    assertThat(tasks.getFirst().turn.isNear()).isFalse();
  }

  /** Or every batch of an interval that short would be written by itself. */
  @Test
  void commitOfAShortInterval_isNearInItsLastQuarter() {
    interval = Duration.ofMillis(40);
    open(1);
    Task task = tasks.getFirst();
    task.process();
    endRound(1, true);
    task.process();
    long begun = commits.getLast();
    assertNear(task, begun + 29, begun + 30);
  }

  @Test
  void slowCommit_isNotNearBeforeAsMuchTimeWasSpentOnRecords() {
    open(1);
    run(2_000, 250);
    Task task = tasks.getFirst();
    task.process();
    // It is found to have ended when the next record comes, a beat later.
    long ended = commits.getLast() + 250 + BEAT;
    assertNear(task, ended + 220, ended + 245);
  }

  @Test
  void commitThatWasAskedFor_isNearUntilItBegins() {
    open(1);
    run(1_000, 5);
    Task task = tasks.getFirst();
    while (!task.asks()) {
      now++;
      task.process();
    }
    assertThat(task.turn.isNear()).isTrue();
    endRound(5, true);
    task.process();
    assertThat(task.turn.isNear()).isFalse();
  }

  @Test
  void commitOfKafkaStreamsItself_isNearWhenItIsDue() {
    interval = Duration.ofSeconds(3);
    open(1);
    Task task = tasks.getFirst();
    pace.begins();
    task.process();
    long own = now;
    now = own + 3_000;
    task.process();
    endRound(10, true);
    task.process();
    assertThat(commits).containsExactly(own + 3_000);
    assertNear(task, own + 4_970, own + 4_985);
  }

  @Test
  void longInterval_isFromTheEndOfACommit() {
    runAlone(INTERVAL, 40);
    assertThat(commits).hasSizeBetween(64, 71);
  }

  @Test
  void shortInterval_isFromTheBeginningOfACommit() {
    runAlone(Duration.ofMillis(50), 10);
    assertThat(commits).hasSizeBetween(192, 201);
  }

  @Test
  void slowCommitsOfAShortInterval_leaveAsMuchTimeForRecords() {
    runAlone(Duration.ofMillis(50), 100);
    assertThat(commits).hasSizeBetween(45, 51);
  }

  /** A thread with more at hand than it comes to. */
  private void runBehind(Duration interval, long commitMillis) {
    this.interval = interval;
    open(1);
    pace.brought(1_000_000);
    run(10_000, commitMillis);
  }

  @Test
  void recordsAtHand_putACommitOfAShortIntervalOffForFourTimesItsTime() {
    runBehind(Duration.ofMillis(50), 40);
    // Found to have ended a beat later: a cycle is 50 ms and 200.
    assertThat(commits).hasSizeBetween(39, 41);
  }

  @Test
  void recordsAtHand_doNotPutOffWhatIsQuick() {
    runBehind(Duration.ofMillis(50), 1);
    assertThat(commits).hasSizeBetween(160, 201);
  }

  @Test
  void recordsAtHand_doNotChangeALongInterval() {
    runBehind(INTERVAL, 40);
    assertThat(commits).hasSizeBetween(64, 71);
  }

  @Test
  void lastRecordAtHand_asksForTheCommitThatWasPutOff() {
    Task task = committedOnce(Duration.ofMillis(50), 40);
    pace.brought(3);
    now += 70;
    task.process();
    task.process();
    assertThat(task.asks()).isFalse();
    task.process();
    assertThat(task.asks()).isTrue();
  }

  @Test
  void recordsOfThePollBefore_areNotAtHand() {
    Task task = committedOnce(Duration.ofMillis(50), 40);
    pace.brought(3);
    pace.brought(0);
    now += 70;
    task.process();
    assertThat(task.asks()).isTrue();
  }

  /** A task of which one commit was just made, and found to have ended. */
  private Task committedOnce(Duration interval, long commitMillis) {
    this.interval = interval;
    open(1);
    Task task = tasks.getFirst();
    task.process();
    endRound(commitMillis, true);
    task.process();
    assertThat(commits).hasSize(1);
    assertThat(task.asks()).isFalse();
    return task;
  }

  @Test
  void slowCommits_leaveAsMuchTimeForRecords() {
    open(2);
    run(10_000, 250);
    // Half of the time is 5 s, 250 ms each.
    assertThat(commits).hasSizeBetween(18, 21);
  }

  @Test
  void commitsThatAreQuickAgain_comeEveryIntervalAgain() {
    open(1);
    run(5_000, 250);
    commits.clear();
    run(2_000, 5);
    assertThat(commits).hasSizeBetween(15, 20);
  }

  @Test
  void tasksOfAThread_shareThePace() {
    open(3);
    run(1_000, 5);
    assertThat(commits).hasSizeBetween(8, 10);
  }

  /** Records that come one by one while commits are slow: each would find a request that stands. */
  @Test
  void sparseRecordsOfManyTasks_areCommittedTogether() {
    open(8);
    long end = now + 10_000;
    for (int round = 0; now < end; round++) {
      if (round % 3 == 0) {
        tasks.get(round % 8).process();
      }
      endRound(250, true);
      now += BEAT;
    }
    assertThat(commits).hasSizeBetween(18, 21);
  }

  @Test
  void nothingProcessed_asksForNothing() {
    open(2);
    for (int i = 0; i < 100; i++) {
      endRound(5, true);
      now += BEAT;
    }
    assertThat(tasks).noneMatch(task -> task.context.committed());
  }

  @Test
  void recordAfterAPause_isCommittedAtOnce() {
    open(2);
    run(1_000, 5);
    now += 500;
    commits.clear();
    tasks.getLast().process();
    endRound(5, true);
    assertThat(commits).containsExactly(now - 5);
  }

  @Test
  void commitsThatNobodyMeasures_comeEveryInterval() {
    open(1);
    long end = now + 1_000;
    while (now < end) {
      tasks.getFirst().process();
      endRound(5, false);
      now += BEAT;
    }
    assertThat(commits).hasSizeBetween(8, 10);
  }

  @Test
  void commitOfARebalance_isNotTakenForASlowOne() {
    open(1);
    run(1_000, 5);
    now += INTERVAL.toMillis();
    // Partitions are revoked, and it takes a while until the next record.
    pace.begins();
    now += 3_000;
    commits.clear();
    run(1_000, 5);
    assertThat(commits).hasSizeBetween(8, 10);
    assertThat(commits.getFirst()).isLessThanOrEqualTo(now - 900);
  }

  @Test
  void commitThatNobodyAskedFor_putsTheNextOff() {
    open(1);
    run(1_000, 5);
    now += INTERVAL.toMillis();
    pace.begins();
    commits.clear();
    tasks.getFirst().process();
    endRound(5, true);
    assertThat(commits).isEmpty();
    now += INTERVAL.toMillis();
    tasks.getFirst().process();
    endRound(5, true);
    assertThat(commits).hasSize(1);
  }

  /** Kafka Streams commits by itself every 5 s, in whatever phase; beside those the usual ones. */
  @Test
  void commitOfKafkaStreamsOwn_hasNoOtherBesideIt() {
    open(1);
    List<Long> all = new ArrayList<>();
    long own = now;
    int owns = 0;
    long end = now + 100_000;
    while (now < end) {
      tasks.getFirst().process();
      tasks.forEach(Task::beat);
      boolean byItself = now - own > 5_000;
      if (byItself || tasks.getFirst().asks()) {
        all.add(now);
        pace.begins();
        // Another length after each, or they would always meet in the same phase.
        now += 1 + 3 * (owns % 7);
        owns += byItself ? 1 : 0;
        own = byItself ? now : own;
        tasks.forEach(Task::committed);
      }
      now += BEAT;
    }
    // Before the first there was none to go by.
    for (int i = 60; i < all.size(); i++) {
      assertThat(all.get(i) - all.get(i - 1)).as("commit " + i).isBetween(50L, 180L);
    }
    assertThat(owns).isEqualTo(19);
    assertThat(all).hasSizeBetween(800, 950);
  }

  @Test
  void commitOfKafkaStreamsOwn_thatDoesNotCome_isNotWaitedForLong() {
    open(1);
    run(100, 5);
    pace.begins();
    run(4_000, 5);
    commits.clear();
    run(4_000, 5);
    assertThat(commits).hasSizeBetween(28, 36);
    // Nor again and again.
    commits.clear();
    run(20_000, 5);
    assertThat(commits).hasSizeBetween(172, 176);
  }

  @Test
  void hangingCommit_isWaitedForASecondAtMost() {
    open(1);
    run(100, 30_000);
    commits.clear();
    run(1_500, 5);
    assertThat(commits).isNotEmpty();
  }

  @Test
  void beat_isATenthOfTheInterval() {
    open(1);
    MockProcessorContext.CapturedPunctuator beat =
        tasks.getFirst().context.scheduledPunctuators().getFirst();
    assertThat(beat.getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
    assertThat(beat.getInterval()).isEqualTo(Duration.ofMillis(BEAT));
  }
}
