package io.vfr.streams.state;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** One table of a {@link TaskState}: bytes by bytes, in the order of the keys as unsigned bytes. */
public final class StateTable {
  private final TaskState state;
  private final byte number;

  StateTable(TaskState state, byte number) {
    this.state = state;
    this.number = number;
  }

  /** Sets the value of a key. Neither array may be changed afterwards. */
  public void put(Bytes key, byte[] value) {
    state.put(stored(key), value);
  }

  /** Deletes a key; does nothing if it is not there. */
  public void delete(Bytes key) {
    state.put(stored(key), null);
  }

  /** The value of a key, or null. */
  public byte @Nullable [] get(Bytes key) {
    return state.get(stored(key));
  }

  /** What there is from one key to another, both inclusive; the table may be changed meanwhile. */
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return new Entries(state.range(stored(from), stored(to)));
  }

  /** The same from the last to the first. */
  public KeyValueIterator<Bytes, byte[]> reverseRange(Bytes from, Bytes to) {
    return new Entries(state.reverseRange(stored(from), stored(to)));
  }

  /** All there is. */
  public KeyValueIterator<Bytes, byte[]> all() {
    // No key is empty, so the upper end is none of the next table's.
    return new Entries(
        state.range(Bytes.wrap(new byte[] {number}), Bytes.wrap(new byte[] {(byte) (number + 1)})));
  }

  private Bytes stored(Bytes key) {
    return TaskState.prefixed(number, key);
  }

  /** Entries of the store with the table's own keys. */
  private record Entries(KeyValueIterator<Bytes, byte[]> stored)
      implements KeyValueIterator<Bytes, byte[]> {
    @Override
    public boolean hasNext() {
      return stored.hasNext();
    }

    @Override
    public KeyValue<Bytes, byte[]> next() {
      KeyValue<Bytes, byte[]> entry = stored.next();
      return KeyValue.pair(TaskState.withoutPrefix(entry.key), entry.value);
    }

    @Override
    public Bytes peekNextKey() {
      return TaskState.withoutPrefix(stored.peekNextKey());
    }

    @Override
    public void close() {
      stored.close();
    }
  }
}
