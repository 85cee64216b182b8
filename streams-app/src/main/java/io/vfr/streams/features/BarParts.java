package io.vfr.streams.features;

import io.vfr.models.StoredFormat;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * The finer bars that bars still open to change were built from, in the store {@code bar-parts}: a
 * finer bar with the time of an earlier one replaces it, and its bar is then built anew from all
 * its parts. Parts go when their bar closes for good or arrives whole.
 */
final class BarParts {
  private static final StoredFormat FORMAT = StoredFormat.first("a stored part of a bar");
  private static final int KEY_BYTES = 2 * Long.BYTES;

  private final StateTable store;

  BarParts(StateTable store) {
    this.store = store;
  }

  /** Keeps the first part of a bar. */
  void put(PriceBar part, long barStart) {
    store.put(key(part, barStart), encode(part));
  }

  /**
   * Merges a part into its bar, replacing an earlier part of the same time. A bar that has arrived
   * whole knows better than its parts: it only notes that the event was seen.
   */
  void merge(BarBuilder bar, PriceBar part) {
    if (bar.isWholeBar()) {
      bar.sawEventAt(part.ts());
      return;
    }
    Bytes key = key(part, bar.startMillis());
    byte[] value = encode(part);
    byte[] earlier = store.get(key);
    if (earlier != null) {
      FORMAT.check(earlier[0]);
    }
    if (earlier != null && Arrays.equals(earlier, value)) {
      return;
    }
    store.put(key, value);
    if (earlier == null) {
      mergeInto(bar, part.ts(), value);
    } else {
      rebuild(bar, part.symbol());
    }
  }

  private void rebuild(BarBuilder bar, String symbol) {
    bar.clear();
    try (KeyValueIterator<Bytes, byte[]> parts = of(symbol, bar.startMillis())) {
      while (parts.hasNext()) {
        KeyValue<Bytes, byte[]> part = parts.next();
        mergeInto(bar, StoreKeys.afterName(part.key, symbol).getLong(Long.BYTES), part.value);
      }
    }
  }

  private static void mergeInto(BarBuilder bar, long ts, byte[] value) {
    ByteBuffer part = ByteBuffer.wrap(value);
    FORMAT.check(part.get());
    bar.mergePart(
        ts,
        part.getDouble(),
        part.getDouble(),
        part.getDouble(),
        part.getDouble(),
        part.getDouble());
  }

  /** Deletes the parts of one bar. */
  void delete(String symbol, long barStart) {
    try (KeyValueIterator<Bytes, byte[]> parts = of(symbol, barStart)) {
      while (parts.hasNext()) {
        store.delete(parts.next().key);
      }
    }
  }

  /** Whether a symbol has parts. */
  boolean any(String symbol) {
    try (KeyValueIterator<Bytes, byte[]> parts = all(symbol)) {
      return parts.hasNext();
    }
  }

  /**
   * Deletes the parts of bars that start at or before a time.
   *
   * @return whether parts are left
   */
  boolean prune(String symbol, long closedUntil) {
    try (KeyValueIterator<Bytes, byte[]> parts = all(symbol)) {
      while (parts.hasNext()) {
        Bytes key = parts.next().key;
        if (StoreKeys.afterName(key, symbol).getLong() > closedUntil) {
          return true;
        }
        store.delete(key);
      }
    }
    return false;
  }

  private KeyValueIterator<Bytes, byte[]> of(String symbol, long barStart) {
    return store.range(
        StoreKeys.times(symbol, barStart, 0), StoreKeys.times(symbol, barStart, Long.MAX_VALUE));
  }

  private KeyValueIterator<Bytes, byte[]> all(String symbol) {
    return store.range(StoreKeys.first(symbol), StoreKeys.last(symbol, KEY_BYTES));
  }

  private static Bytes key(PriceBar part, long barStart) {
    return StoreKeys.times(part.symbol(), barStart, part.ts());
  }

  private static byte[] encode(PriceBar part) {
    return ByteBuffer.allocate(1 + 5 * Double.BYTES)
        .put(FORMAT.version())
        .putDouble(part.open())
        .putDouble(part.high())
        .putDouble(part.low())
        .putDouble(part.close())
        .putDouble(part.volume())
        .array();
  }
}
