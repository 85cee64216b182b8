package io.vfr.streams.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * How many records of the consumer's last polls each task of a stream thread has yet to process. A
 * task that has none left has nothing at hand that could join a batch, so its batch is flushed at
 * once: waiting would only cost latency.
 *
 * <p>One instance per stream thread, used by that thread alone. The runner's consumer adds what
 * each poll returned, the ingest processors take off what they have handled. Where nothing adds (a
 * topology test driver), every record finds its task drained.
 */
public final class PollProgress {
  private static final ThreadLocal<PollProgress> OF_THREAD =
      ThreadLocal.withInitial(PollProgress::new);

  private final Map<Integer, Task> tasks = new HashMap<>();

  private PollProgress() {}

  /** The calling thread's instance. */
  public static PollProgress ofThread() {
    return OF_THREAD.get();
  }

  /** The task that reads this partition number of the co-partitioned inputs. */
  public Task task(int partition) {
    return tasks.computeIfAbsent(partition, p -> new Task());
  }

  /** One task's count. */
  public static final class Task {
    private int remaining;
    private Runnable onDrained = () -> {};

    private Task() {}

    /** Adds the records that a poll returned for one of the task's partitions. */
    public void polled(int records) {
      remaining += records;
    }

    /**
     * Sets what runs when the task has processed everything at hand, and forgets counts of an
     * earlier life of the task.
     */
    public void onDrained(Runnable action) {
      remaining = 0;
      onDrained = action;
    }

    /** Takes one record off; called before it is processed. */
    void taken() {
      remaining = Math.max(0, remaining - 1);
    }

    /** Runs the drained action if nothing is left; called after a record was processed. */
    void handled() {
      if (remaining == 0) {
        onDrained.run();
      }
    }
  }
}
