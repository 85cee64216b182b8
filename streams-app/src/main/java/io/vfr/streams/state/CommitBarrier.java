package io.vfr.streams.state;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store without data that takes part in its task's cache flush, and so runs an action before
 * every commit: after the last record was processed and before the producer is flushed and offsets
 * are committed.
 *
 * <p>Kafka Streams commits the tasks of a thread together, but goes through them one by one: it
 * flushes a task's caches and then the producer that all share, and waits until what was sent is
 * there. The first barrier of a commit therefore runs the actions of all, so that one flush sends
 * everything and the others find nothing to wait for (docs/decisions/0025).
 *
 * <p>{@link CachedStateStore} is internal to Kafka Streams, whose own record caches are flushed
 * through it. There is no public hook at this point of a commit; this class is the only one that
 * uses it.
 */
public final class CommitBarrier implements StateStore, CachedStateStore<Object, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(CommitBarrier.class);

  /** Name of the one barrier of a task that reads prices. */
  public static final String NAME = "commit-barrier";

  /** The barriers of the calling thread's tasks that process. */
  private static final ThreadLocal<Set<CommitBarrier>> OF_THREAD =
      ThreadLocal.withInitial(LinkedHashSet::new);

  private final String name;
  private @Nullable TaskState state;
  private @Nullable Runnable beforeCommit;
  private @Nullable Runnable lastBeforeCommit;
  private @Nullable StateStoreContext context;
  private @Nullable RuntimeException failure;
  private boolean open;

  private CommitBarrier(String name) {
    this.name = name;
  }

  /** A builder for the one of the tasks that read prices; it is not logged. */
  public static StoreBuilder<CommitBarrier> builder() {
    return builder(NAME);
  }

  /**
   * A builder for one of other tasks, whose action is to write what waits in their own stores.
   *
   * @param name of the store, since a topology has each name once
   */
  public static StoreBuilder<CommitBarrier> builder(String name) {
    return new Builder(name);
  }

  /**
   * The state of a task, the same for all processors that ask in their {@code init}; what they
   * change is written with every commit.
   */
  public static TaskState stateOf(ProcessorContext<?, ?> context) {
    CommitBarrier barrier = context.getStateStore(NAME);
    TaskState known = barrier.state;
    if (known == null) {
      known = new TaskState(context.getStateStore(TaskState.NAME));
      barrier.state = known;
    }
    return known;
  }

  /**
   * Sets what runs before every commit of the task, until {@link #ends}; what it changes is part of
   * the commit. It may run more than once before a commit.
   */
  public void beforeCommit(Runnable action) {
    beforeCommit = action;
    OF_THREAD.get().add(this);
  }

  /**
   * Writes what Kafka Streams' record cache keeps of a store, which its own turn in a commit would
   * write. A store without a cache has nothing to write.
   */
  public static void flush(StateStore store) {
    if (store instanceof CachedStateStore<?, ?> cached) {
      cached.flushCache();
    }
  }

  /** The task's processors are closed: nothing more runs before its commits. */
  public void ends() {
    OF_THREAD.get().remove(this);
    beforeCommit = null;
    lastBeforeCommit = null;
  }

  /**
   * Sets what runs before every commit, after everything of the task that belongs into it was
   * forwarded. If the commit fails, the task is closed before it processes or punctuates again:
   * when it does either, the commit was made.
   */
  public void lastBeforeCommit(Runnable action) {
    lastBeforeCommit = action;
  }

  @Override
  public void flushCache() {
    CommitPace.commitBegins();
    OF_THREAD.get().forEach(CommitBarrier::finish);
    if (!OF_THREAD.get().contains(this)) {
      finish();
    }
  }

  /**
   * What fails in another task's turn fails in its own as well: whoever closes the other may pass
   * over it.
   */
  private void finish() {
    if (failure != null) {
      throw failure;
    }
    if (!hasRun()) {
      return;
    }
    try {
      runActions();
    } catch (RuntimeException e) {
      failure = e;
      LOG.warn("Task {} cannot do what belongs before its commit", taskId(), e);
      throw e;
    }
  }

  /** A task that has neither processed nor punctuated could change no store, and need not. */
  private boolean hasRun() {
    return context != null && context.recordMetadata().isPresent();
  }

  private @Nullable TaskId taskId() {
    return context == null ? null : context.taskId();
  }

  private void runActions() {
    if (beforeCommit != null) {
      beforeCommit.run();
    }
    if (state != null) {
      state.write();
    }
    if (lastBeforeCommit != null) {
      lastBeforeCommit.run();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    this.context = context;
    failure = null;
    open = true;
  }

  @Override
  public void close() {
    ends();
    open = false;
    state = null;
    context = null;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void clearCache() {
    // Nothing is cached: rows wait in the processor and are its to drop.
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  private record Builder(String name) implements StoreBuilder<CommitBarrier> {
    @Override
    public CommitBarrier build() {
      return new CommitBarrier(name);
    }

    @Override
    public StoreBuilder<CommitBarrier> withCachingEnabled() {
      throw new UnsupportedOperationException("a commit barrier holds no data to cache");
    }

    @Override
    public StoreBuilder<CommitBarrier> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<CommitBarrier> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("a commit barrier holds no data to log");
    }

    @Override
    public StoreBuilder<CommitBarrier> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
