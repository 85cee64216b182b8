package io.vfr.streams.scoring;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store without data that takes part in its task's cache flush, and so runs an action before
 * every commit: after the last record was processed and before the producer is flushed and offsets
 * are committed.
 *
 * <p>{@link CachedStateStore} is internal to Kafka Streams, whose own record caches are flushed
 * through it. There is no public hook at this point of a commit; this class is the only one that
 * uses it.
 */
public final class CommitBarrier implements StateStore, CachedStateStore<Object, Object> {
  private final String name;
  private @Nullable Runnable beforeCommit;
  private @Nullable Runnable lastBeforeCommit;
  private boolean open;

  private CommitBarrier(String name) {
    this.name = name;
  }

  /** A builder for a barrier of this name; it is not logged. */
  static StoreBuilder<CommitBarrier> builder(String name) {
    return new Builder(name);
  }

  /** Sets what runs before every commit of the task. */
  void beforeCommit(Runnable action) {
    beforeCommit = action;
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
    if (beforeCommit != null) {
      beforeCommit.run();
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
    open = true;
  }

  @Override
  public void close() {
    open = false;
    beforeCommit = null;
    lastBeforeCommit = null;
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
