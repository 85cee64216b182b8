package io.vfr.streams.state;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * When the tasks of a stream thread are committed: every commit interval while commits are quick,
 * and else only after at least as much time was spent on records as the last commit took. Brokers
 * that are slow would otherwise be asked for commits most of the time, and that makes them slower
 * (docs/decisions/0018). Under a short interval a commit also waits for what the last poll brought,
 * up to four times as long as the last one took: a thread that is behind would stay so if it
 * committed half of the time (docs/decisions/0025).
 *
 * <p>One instance per stream thread, used by that thread alone; Kafka Streams commits all tasks of
 * a thread together.
 */
public final class CommitPace {
  private static final int BEATS_AN_INTERVAL = 10;

  /** Half of what a transaction may take. */
  private static final Duration AT_LATEST = Duration.ofSeconds(5);

  /** How late a commit of Kafka Streams' own may be that is waited for. */
  private static final long OWN_LATE_MILLIS = 500;

  /** Half the default, which is for throughput: there more commits cost more than they gain. */
  private static final long SHORT_MILLIS = 50;

  /** How long before a commit what waits for it is better written, at most. */
  private static final long NEAR_MILLIS = 20;

  /** As many times a commit's own time records at hand put off the next one, at most. */
  private static final int AT_HAND_TIMES = 4;

  private static final long NONE = -1;

  /** What took longer was more than a commit. */
  private static final long TOOK_MILLIS_MAX = 1_000;

  private static final ThreadLocal<CommitPace> OF_THREAD =
      ThreadLocal.withInitial(
          () -> new CommitPace(() -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));

  private final LongSupplier clock;
  private final Map<TaskId, Turn> turns = new HashMap<>();

  /** How many records of the last poll are still to be processed. */
  private int atHand;

  /** How many commits have begun. */
  private long commits;

  private boolean asked;

  /** Whether a commit that was asked for has begun, and not yet been found to have ended. */
  private boolean isMeasured;

  private long begunMillis = Long.MIN_VALUE / 2;
  private long endedMillis = Long.MIN_VALUE / 2;
  private long tookMillis;

  /** The end of the last commit that Kafka Streams made by itself, or what is taken for one. */
  private long ownMillis = NONE;

  private boolean ownHasBegun;
  private long ownIntervalMillis = AT_LATEST.toMillis();

  /**
   * A pace whose first commit is due at once.
   *
   * @param clock milliseconds, from any time on but not negative
   */
  CommitPace(LongSupplier clock) {
    this.clock = clock;
  }

  /** The calling thread's turn for the task of a context. */
  public static Turn turnOf(ProcessingContext context) {
    return OF_THREAD.get().turn(context);
  }

  /**
   * How often Kafka Streams is to commit by itself, which is for what nobody asks for. It keeps to
   * that whether or not a commit was just made.
   */
  public static Duration ownInterval(Duration interval) {
    return AT_LATEST.compareTo(interval) < 0 ? interval : AT_LATEST;
  }

  /**
   * Whether an interval is for latency, which then comes before what commits cost
   * (docs/decisions/0025).
   */
  public static boolean isShort(Duration interval) {
    return isShort(interval.toMillis());
  }

  private static boolean isShort(long intervalMillis) {
    return intervalMillis <= SHORT_MILLIS;
  }

  /** Notes that the calling thread begins a commit. It ends before another record's turn. */
  public static void commitBegins() {
    OF_THREAD.get().begins();
  }

  /**
   * Notes how many records the calling thread's consumer has brought. Those of the poll before were
   * processed, or wait for others.
   */
  public static void polled(int records) {
    OF_THREAD.get().brought(records);
  }

  /** How many records of the calling thread's last poll are still to be processed. */
  static int atHand() {
    return OF_THREAD.get().atHand;
  }

  void brought(int records) {
    atHand = records;
  }

  Turn turn(ProcessingContext context) {
    return turns.computeIfAbsent(context.taskId(), task -> new Turn());
  }

  /**
   * How long one took that nobody has asked for is not looked at: it may belong to a rebalance. The
   * next is due an interval later all the same.
   */
  void begins() {
    if (!isMeasured) {
      long now = clock.getAsLong();
      begunMillis = now;
      if (asked) {
        isMeasured = true;
        mayBeOwn(now);
      } else {
        endedMillis = now;
        ownHasBegun = true;
      }
      asked = false;
      commits++;
    }
  }

  /**
   * One that was asked for, too, is Kafka Streams' own when that is due. Past that it is not known
   * any more when the next is: it keeps to its time also when there is nothing to commit.
   */
  private void mayBeOwn(long now) {
    long late = now - ownMillis - ownIntervalMillis;
    ownHasBegun = ownMillis != NONE && late > 0 && late < OWN_LATE_MILLIS;
    if (late >= OWN_LATE_MILLIS) {
      ownMillis = NONE;
    }
  }

  private boolean isDue(long now, long intervalMillis) {
    if (isMeasured) {
      tookMillis = Math.min(now - begunMillis, TOOK_MILLIS_MAX);
      endedMillis = now;
      isMeasured = false;
    }
    if (ownHasBegun) {
      ownMillis = now;
      ownHasBegun = false;
    }
    return isTime(now, intervalMillis);
  }

  private boolean isTime(long now, long intervalMillis) {
    boolean isShort = isShort(intervalMillis);
    long since = isShort ? begunMillis : endedMillis;
    long forRecords = isShort && atHand > 0 ? AT_HAND_TIMES * tookMillis : tookMillis;
    return now - since >= intervalMillis
        && now - endedMillis >= forRecords
        && !ownIsNear(now, intervalMillis / 2);
  }

  private boolean isNear(long now, long intervalMillis) {
    long near = Math.min(NEAR_MILLIS, intervalMillis / 4);
    boolean toBegin = asked && now - endedMillis < near;
    return toBegin || ownIsNear(now, near) || isTime(now + near, intervalMillis);
  }

  /**
   * Whether Kafka Streams is about to commit by itself. Of two commits that follow each other at
   * once the second meets the first, which brokers have not completed yet: it is told to come again
   * and waits for {@code retry.backoff.ms}, in which the stream thread stands still.
   */
  private boolean ownIsNear(long now, long nearMillis) {
    long until = ownMillis + ownIntervalMillis - now;
    return ownMillis != NONE && until < nearMillis && until > -OWN_LATE_MILLIS;
  }

  /**
   * What the processors of one task tell of it. A task that has nothing to commit must not ask:
   * Kafka Streams would keep the request for the next record, however soon it comes after a commit.
   */
  public final class Turn {
    private long intervalMillis;

    /** How many commits had begun when a record came for which none was asked yet. */
    private long waitsSince = NONE;

    private Turn() {}

    /**
     * Keeps the pace for the task, for as long as it lives.
     *
     * @param interval time from the end of a commit to the next; from its beginning if it is short
     */
    public void keep(ProcessingContext context, Duration interval) {
      intervalMillis = interval.toMillis();
      ownIntervalMillis = ownInterval(interval).toMillis();
      waitsSince = NONE;
      context.schedule(
          Duration.ofMillis(Math.max(1, intervalMillis / BEATS_AN_INTERVAL)),
          PunctuationType.WALL_CLOCK_TIME,
          timestamp -> ask(context));
    }

    /** Notes that a record was processed, and asks for its commit if it is due. */
    public void processed(ProcessingContext context) {
      atHand = Math.max(0, atHand - 1);
      waitsSince = commits;
      ask(context);
    }

    /**
     * Whether the thread's next commit is expected soon: what is written now, between records, does
     * not hold all of them up then.
     */
    public boolean isNear() {
      return CommitPace.this.isNear(clock.getAsLong(), intervalMillis);
    }

    private void ask(ProcessingContext context) {
      long now = clock.getAsLong();
      if (isDue(now, intervalMillis) && waitsSince == commits) {
        context.commit();
        asked = true;
        waitsSince = NONE;
        // Until it is known when the commit has begun and ended.
        begunMillis = now;
        endedMillis = now;
      }
    }
  }
}
