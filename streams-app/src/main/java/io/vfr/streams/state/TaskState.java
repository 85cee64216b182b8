package io.vfr.streams.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What a task knows of its symbols: some tables that share one store and so one changelog
 * (docs/decisions/0019). A table's keys begin with its number.
 *
 * <p>Changes wait on the heap until the task's commit, if nobody writes them sooner: several of one
 * key become one, and all of them one batch for RocksDB and the changelog. The {@link
 * CommitBarrier} writes them before every commit, so what is committed is what an undelayed store
 * would hold, and what is lost with the task was never committed. Reads see the changes; those of
 * ranges write them first, since they are for loading and for late events.
 */
public final class TaskState {
  /** Name of the one store of a task. */
  public static final String NAME = "task-state";

  /**
   * More than so many changes are written before the commit, to bound what they take: at once that
   * is memory, and time in which the stream thread does nothing else.
   */
  static final int CHANGES_MAX = 4096;

  /** From so many changes on {@link #writeSome} writes. */
  static final int CHANGES_BATCH = 64;

  /** The tables. Their numbers stand in the stored keys and are for ever. */
  public enum Table {
    BARS(1),
    INDICATOR_CHECKPOINTS(2),
    BAR_PARTS(3),
    FUNDAMENTALS(4),
    SENTIMENT(5),
    MACRO(6),
    PENDING_PREDICTIONS(7),
    INTERVAL_CALIBRATION(8),
    ALERT_MEMORY(9);

    private final byte number;

    Table(int number) {
      this.number = (byte) number;
    }
  }

  private final KeyValueStore<Bytes, byte[]> store;

  /** What is not yet written; null values are deletions. */
  private final Map<Bytes, byte @Nullable []> changes = new LinkedHashMap<>();

  /** State over what a store holds. */
  public TaskState(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** One of the tables. */
  public StateTable table(Table table) {
    return new StateTable(this, table.number);
  }

  void put(Bytes key, byte @Nullable [] value) {
    changes.put(key, value);
    if (changes.size() > CHANGES_MAX) {
      write();
    }
  }

  byte @Nullable [] get(Bytes key) {
    byte @Nullable [] changed = changes.get(key);
    return changed != null || changes.containsKey(key) ? changed : store.get(key);
  }

  KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    write();
    return store.range(from, to);
  }

  KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    write();
    return store.reverseRange(from, to);
  }

  /**
   * Writes what has changed if it is enough to be worth a batch: each has a price of its own. For
   * those who write before the commit, which has as little left to do then.
   */
  public void writeSome() {
    if (changes.size() >= CHANGES_BATCH) {
      write();
    }
  }

  /** Writes what has changed; every commit does. */
  public void write() {
    if (changes.isEmpty()) {
      return;
    }
    List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>(changes.size());
    changes.forEach((key, value) -> entries.add(KeyValue.pair(key, value)));
    store.putAll(entries);
    changes.clear();
  }

  /** The entries of a table from one key to another, both inclusive, in a store that is queried. */
  public static KeyValueIterator<Bytes, byte[]> range(
      ReadOnlyKeyValueStore<Bytes, byte[]> store, Table table, Bytes from, Bytes to) {
    return store.range(prefixed(table.number, from), prefixed(table.number, to));
  }

  static Bytes prefixed(byte number, Bytes key) {
    byte[] own = key.get();
    byte[] stored = new byte[1 + own.length];
    stored[0] = number;
    System.arraycopy(own, 0, stored, 1, own.length);
    return Bytes.wrap(stored);
  }

  static Bytes withoutPrefix(Bytes stored) {
    return Bytes.wrap(Arrays.copyOfRange(stored.get(), 1, stored.get().length));
  }
}
