package io.vfr.streams.features;

import io.vfr.models.StoredFormat;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.MacroValue;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * As-of macro series over the store {@code macro}: one entry per (series, time), the whole history
 * in every task.
 */
final class MacroBook {
  /** The series whose level is the benchmark of correlation, beta and relative momentum. */
  static final String BENCHMARK = "benchmark";

  private static final StoredFormat FORMAT = StoredFormat.first("a stored macro value");
  private static final String TEN_YEAR = "dgs10";
  private static final String TWO_YEAR = "dgs2";

  private final MacroHistory history = new MacroHistory();
  private final FeatureSlots slots;
  private final OpenNames open;
  private final StateTable store;
  private final int yieldCurveSlot;

  /** Creates a book and fills it from the store. */
  MacroBook(FeatureSlots slots, OpenNames open, StateTable store) {
    this.slots = slots;
    this.open = open;
    this.store = store;
    yieldCurveSlot = slots.intern("yield_curve_10y_2y");
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        load(all.next());
      }
    }
  }

  private void load(KeyValue<Bytes, byte[]> entry) {
    byte[] key = entry.key.get();
    int nameBytes = key.length - 1 - Long.BYTES;
    ByteBuffer value = ByteBuffer.wrap(entry.value);
    FORMAT.check(value.get());
    remember(
        new String(key, 0, nameBytes, StandardCharsets.UTF_8),
        ByteBuffer.wrap(key).getLong(nameBytes + 1),
        value.getDouble());
  }

  /** Adds a value to the store and the history; one at the same time is replaced. */
  void add(MacroValue message) {
    store.put(
        StoreKeys.time(message.series(), message.ts()),
        ByteBuffer.allocate(1 + Double.BYTES)
            .put(FORMAT.version())
            .putDouble(message.value())
            .array());
    remember(message.series(), message.ts(), message.value());
  }

  private void remember(String name, long millis, double value) {
    if (!history.knows(name)) {
      int slot = open.test(name) ? slots.intern(name) : -1;
      if (slot < 0 && open.isOpen(name)) {
        open.dropped(name);
      }
      history.define(name, slot);
    }
    long dropped = history.put(name, millis, value);
    if (dropped >= 0) {
      store.delete(StoreKeys.time(name, dropped));
    }
  }

  /** Level of the benchmark as of t, or NaN. */
  double benchmark(long millis) {
    return history.asOf(BENCHMARK, millis);
  }

  /**
   * Writes every series known at t under its own name, over a fundamentals value of that name, and
   * the yield curve.
   */
  void write(long millis, double[] out) {
    for (MacroHistory.Series series : history.all()) {
      int slot = series.slot();
      double value = series.asOf(millis);
      if (slot >= 0 && slot < out.length && !Double.isNaN(value)) {
        out[slot] = value;
      }
    }
    out[yieldCurveSlot] = history.asOf(TEN_YEAR, millis) - history.asOf(TWO_YEAR, millis);
  }
}
