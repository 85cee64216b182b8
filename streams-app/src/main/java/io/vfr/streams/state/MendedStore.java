package io.vfr.streams.state;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RocksDB store that gives damaged files up instead of its instance: it deletes them, and its
 * task is restored from the changelog (docs/decisions/0014).
 */
final class MendedStore implements KeyValueStore<Bytes, byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(MendedStore.class);

  /** Where Kafka Streams keeps RocksDB stores below the directory of their task. */
  private static final String ROCKSDB = "rocksdb";

  private final KeyValueBytesStoreSupplier supplier;
  private KeyValueStore<Bytes, byte[]> store;
  private @Nullable Path directory;

  MendedStore(KeyValueBytesStoreSupplier supplier) {
    this.supplier = supplier;
    store = supplier.get();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    Path files = context.stateDir().toPath().resolve(ROCKSDB).resolve(name());
    directory = files;
    String damage = Damage.of(files);
    if (damage != null) {
      discard(files, context.taskId(), damage);
    }
    try {
      store.init(context, root);
    } catch (ProcessorStateException e) {
      if (!Damage.isBehind(e)) {
        throw e;
      }
      discard(files, context.taskId(), String.valueOf(e.getCause()));
      store = supplier.get();
      store.init(context, root);
    }
  }

  private void discard(Path files, TaskId task, String damage) {
    LOG.warn(
        "The local files of store {} of task {} are damaged ({}). They are deleted, and the store"
            + " is restored from Kafka.",
        name(),
        task,
        damage);
    try {
      Utils.delete(files.toFile());
    } catch (IOException e) {
      throw new ProcessorStateException(
          "cannot delete the damaged files of store " + name() + " in " + files, e);
    }
  }

  /** Does something with the store; damage that shows gives the tasks of the thread up. */
  private <T> T guarded(Supplier<T> action) {
    try {
      return action.get();
    } catch (ProcessorStateException e) {
      throw damaged(e);
    }
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (ProcessorStateException e) {
      throw damaged(e);
    }
  }

  /**
   * TaskCorruptedException would be the word for it, and would give up this task alone. But Kafka
   * Streams 4.3.1 then commits the transaction that the thread has begun, with what the task has
   * written and without the offsets it has read. This one aborts it.
   */
  private RuntimeException damaged(ProcessorStateException e) {
    Path directory = this.directory;
    if (directory == null || !Damage.isBehind(e)) {
      return e;
    }
    Damage.found(directory);
    return new TaskMigratedException("The local files of store " + name() + " are damaged", e);
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public boolean persistent() {
    return store.persistent();
  }

  @Override
  public boolean isOpen() {
    return store.isOpen();
  }

  @Override
  @SuppressWarnings("deprecation") // Kafka Streams asks it of every store.
  public boolean managesOffsets() {
    return store.managesOffsets();
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return store.committedOffset(partition);
  }

  @Override
  public void commit(Map<TopicPartition, Long> changelogOffsets) {
    guarded(() -> store.commit(changelogOffsets));
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public <R> QueryResult<R> query(Query<R> query, PositionBound bound, QueryConfig config) {
    return store.query(query, bound, config);
  }

  @Override
  public Position getPosition() {
    return store.getPosition();
  }

  @Override
  public void put(Bytes key, byte[] value) {
    guarded(() -> store.put(key, value));
  }

  @Override
  public byte[] putIfAbsent(Bytes key, byte[] value) {
    return guarded(() -> store.putIfAbsent(key, value));
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    guarded(() -> store.putAll(entries));
  }

  @Override
  public byte[] delete(Bytes key) {
    return guarded(() -> store.delete(key));
  }

  @Override
  public byte[] get(Bytes key) {
    return guarded(() -> store.get(key));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return guarded(() -> store.range(from, to));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return guarded(() -> store.reverseRange(from, to));
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return guarded(store::all);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> reverseAll() {
    return guarded(store::reverseAll);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<Bytes, byte[]> prefixScan(
      P prefix, S prefixSerializer) {
    return guarded(() -> store.prefixScan(prefix, prefixSerializer));
  }

  @Override
  public long approximateNumEntries() {
    return store.approximateNumEntries();
  }
}
