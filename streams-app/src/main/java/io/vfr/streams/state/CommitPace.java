package io.vfr.streams.state;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.jspecify.annotations.Nullable;

/**
 * When the tasks of a stream thread are committed: every commit interval while commits are quick,
 * and else only after at least as much time was spent on records as the last commit took. Brokers
 * that are slow would otherwise be asked for commits most of the time, and that makes them slower
 * (docs/decisions/0018).
 *
 * <p>One instance per stream thread, used by that thread alone; Kafka Streams commits all tasks of
 * a thread together.
 */
public final class CommitPace {
  private static final int BEATS_AN_INTERVAL = 10;
  private static final ThreadLocal<CommitPace> OF_THREAD = ThreadLocal.withInitial(CommitPace::new);

  private long endedMillis = Long.MIN_VALUE / 2;
  private long tookMillis;
  private long requestedMillis;

  /** The task that measures the commit which is asked for; null if none is. */
  private @Nullable Object requester;

  /** A pace whose first commit is due at once. */
  CommitPace() {}

  /**
   * Keeps the pace for a task of the calling thread, for as long as the task lives.
   *
   * @param interval time from the end of a commit to the next
   */
  public static void keep(ProcessingContext context, Duration interval) {
    CommitPace pace = OF_THREAD.get();
    // Tasks come when others go, and one that has gone measures nothing any more.
    pace.requester = null;
    Object task = context.taskId();
    context.schedule(
        Duration.ofMillis(Math.max(1, interval.toMillis() / BEATS_AN_INTERVAL)),
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          if (pace.isDue(task, now, interval.toMillis())) {
            context.commit();
          }
        });
  }

  /**
   * Whether a task has to ask for a commit now. A commit follows at once where somebody asks and
   * something was processed, so the next call for the task that asked first comes after it. (Any
   * task's call will do after an interval: the first may be gone.)
   */
  boolean isDue(Object task, long nowMillis, long intervalMillis) {
    if (task.equals(requester)
        || (requester != null && nowMillis - requestedMillis >= intervalMillis)) {
      tookMillis = nowMillis - requestedMillis;
      endedMillis = nowMillis;
      requester = null;
    }
    if (nowMillis - endedMillis < Math.max(intervalMillis, tookMillis)) {
      return false;
    }
    if (requester == null) {
      requester = task;
      requestedMillis = nowMillis;
    }
    return true;
  }
}
