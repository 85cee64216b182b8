package io.vfr.streams.features;

import io.vfr.models.StoredFormat;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Fundamentals;
import io.vfr.streams.features.FundamentalsHistory.Version;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * As-of fundamentals over the store {@code fundamentals}: one entry per (symbol, period end,
 * known-at time).
 */
final class FundamentalsBook {
  private static final StoredFormat FORMAT = StoredFormat.first("a stored fundamentals record");
  private static final int KEY_BYTES = 2 * Long.BYTES;
  private static final double DAY_MILLIS = 86_400_000.0;

  private final FeatureSlots slots;
  private final OpenNames open;
  private final StateTable store;
  private final int ageSlot;

  /**
   * Creates a book.
   *
   * @param open whether a name of the open map may become a feature: false for what is computed,
   *     whose value wins
   */
  FundamentalsBook(FeatureSlots slots, OpenNames open, StateTable store) {
    this.slots = slots;
    this.open = open;
    this.store = store;
    ageSlot = slots.intern("fundamentals_age_days");
  }

  /** The versions of a symbol as the store tells them. */
  FundamentalsHistory load(String symbol) {
    FundamentalsHistory history = new FundamentalsHistory();
    try (KeyValueIterator<Bytes, byte[]> found =
        store.range(StoreKeys.first(symbol), StoreKeys.last(symbol, KEY_BYTES))) {
      while (found.hasNext()) {
        KeyValue<Bytes, byte[]> entry = found.next();
        ByteBuffer key = StoreKeys.afterName(entry.key, symbol);
        long periodEnd = key.getLong();
        history.add(decode(key.getLong(), periodEnd, entry.value));
      }
    }
    return history;
  }

  /** Adds a record to the store and the symbol's history. */
  void add(FundamentalsHistory history, Fundamentals message) {
    byte[] value = encode(message.values());
    store.put(StoreKeys.times(message.symbol(), message.periodEnd(), message.knownAt()), value);
    history.add(decode(message.knownAt(), message.periodEnd(), value));
  }

  /** Forgets versions that no accepted event can see any more. */
  void prune(String symbol, FundamentalsHistory history, long earliestOpenMillis) {
    for (Version gone : history.prune(earliestOpenMillis)) {
      store.delete(StoreKeys.times(symbol, gone.periodEnd(), gone.knownAt()));
    }
  }

  /** Writes the values in force as of t, and their age. */
  void write(FundamentalsHistory history, long millis, double[] out) {
    @Nullable Version version = history.asOf(millis);
    if (version == null) {
      return;
    }
    int[] at = version.slots();
    for (int i = 0; i < at.length; i++) {
      if (at[i] < out.length) {
        out[at[i]] = version.values()[i];
      }
    }
    out[ageSlot] = (millis - version.knownAt()) / DAY_MILLIS;
  }

  private static byte[] encode(Map<String, Double> values) {
    int bytes = 1 + Short.BYTES;
    for (String name : values.keySet()) {
      bytes += 1 + StoreKeys.utf8(name).length + Double.BYTES;
    }
    ByteBuffer out =
        ByteBuffer.allocate(bytes).put(FORMAT.version()).putShort((short) values.size());
    values.forEach((name, value) -> {
      byte[] utf8 = StoreKeys.utf8(name);
      out.put((byte) utf8.length).put(utf8).putDouble(value);
    });
    return out.array();
  }

  private Version decode(long knownAt, long periodEnd, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    FORMAT.check(in.get());
    int count = in.getShort();
    int[] at = new int[count];
    double[] values = new double[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      byte[] utf8 = new byte[in.get()];
      in.get(utf8);
      double value = in.getDouble();
      String name = new String(utf8, StandardCharsets.UTF_8);
      int slot = open.test(name) ? slots.intern(name) : -1;
      if (slot < 0 && open.isOpen(name)) {
        open.dropped(name);
      }
      if (slot >= 0) {
        at[kept] = slot;
        values[kept++] = value;
      }
    }
    return new Version(knownAt, periodEnd, Arrays.copyOf(at, kept), Arrays.copyOf(values, kept));
  }
}
