package io.vfr.streams.scoring;

import io.vfr.streams.features.StoreKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The predictions of one task that wait for their return: in the store, and those of hot symbols on
 * the heap as well, so that the usual event writes one record, deletes one and reads none.
 *
 * <p>A symbol that ticks has thousands of them in one bar. They stay in the store, are read when
 * they are met, and cost the events before that nothing: of each symbol it is known which bar the
 * oldest one is of.
 */
final class OutcomeBook {
  /** A symbol with more waiting predictions (ticks) is read from the store when they are met. */
  static final int HEAP_MAX = 32;

  private static final int KEY_NUMBERS_BYTES = 2 * Long.BYTES;

  /** No bar is as late: of a symbol without waiting predictions. */
  private static final long NEVER = Long.MAX_VALUE;

  /** One symbol's waiting predictions; the list is null when they are too many for the heap. */
  private static final class Waiting {
    private @Nullable List<PendingPrediction> list = new ArrayList<>(2);
    private @Nullable PendingPrediction newest;

    /** Start of the bar that the oldest was made in. */
    private long oldestMillis = NEVER;
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final ModelTable table;
  private final Map<String, Waiting> hot;

  OutcomeBook(KeyValueStore<Bytes, byte[]> store, int hotSymbols) {
    this.store = store;
    table = new ModelTable(store);
    hot =
        new LinkedHashMap<>(1024, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Waiting> eldest) {
            return size() > hotSymbols;
          }
        };
  }

  /** Adds a prediction. */
  void add(PendingPrediction prediction) {
    Waiting waiting = waiting(prediction.symbol());
    store.put(key(prediction), prediction.bytes(table));
    remember(waiting, prediction);
  }

  private static void remember(Waiting waiting, PendingPrediction prediction) {
    PendingPrediction newest = waiting.newest;
    if (newest == null || prediction.barMillis() >= newest.barMillis()) {
      waiting.newest = prediction;
    }
    waiting.oldestMillis = Math.min(waiting.oldestMillis, prediction.barMillis());
    if (waiting.list != null) {
      waiting.list.add(prediction);
      if (waiting.list.size() > HEAP_MAX) {
        waiting.list = null;
      }
    }
  }

  /**
   * Takes out the predictions of a symbol that were made in bars before a time, oldest first.
   *
   * @param beforeMillis start of a bar, epoch milliseconds
   */
  List<PendingPrediction> meet(String symbol, long beforeMillis) {
    Waiting waiting = waiting(symbol);
    if (waiting.oldestMillis >= beforeMillis) {
      return List.of();
    }
    List<PendingPrediction> met = new ArrayList<>();
    Waiting left = new Waiting();
    if (waiting.list == null) {
      scan(symbol, met, left, beforeMillis);
    } else {
      for (PendingPrediction prediction : waiting.list) {
        if (prediction.barMillis() < beforeMillis) {
          met.add(prediction);
        } else {
          remember(left, prediction);
        }
      }
    }
    left.newest = waiting.newest;
    hot.put(symbol, left);
    met.forEach(prediction -> store.delete(key(prediction)));
    return met;
  }

  /** The newest waiting prediction in which a model scored; null if there is none. */
  @Nullable PendingPrediction lastGood(String symbol) {
    PendingPrediction newest = waiting(symbol).newest;
    return newest == null || !newest.good() ? null : newest;
  }

  private Waiting waiting(String symbol) {
    Waiting known = hot.get(symbol);
    if (known != null) {
      return known;
    }
    Waiting loaded = new Waiting();
    scan(symbol, new ArrayList<>(), loaded, Long.MIN_VALUE);
    if (loaded.list == null) {
      loaded.newest = newest(symbol);
    }
    hot.put(symbol, loaded);
    return loaded;
  }

  /**
   * Reads the predictions of bars before a time, and of the others as many as the heap would hold
   * and one more, which tells that there are too many for it.
   */
  private void scan(
      String symbol, List<PendingPrediction> before, Waiting others, long beforeMillis) {
    try (KeyValueIterator<Bytes, byte[]> all =
        store.range(StoreKeys.first(symbol), StoreKeys.last(symbol, KEY_NUMBERS_BYTES))) {
      while (all.hasNext() && others.list != null) {
        PendingPrediction prediction = read(symbol, all.next());
        if (prediction.barMillis() < beforeMillis) {
          before.add(prediction);
        } else {
          remember(others, prediction);
        }
      }
    }
  }

  private @Nullable PendingPrediction newest(String symbol) {
    try (KeyValueIterator<Bytes, byte[]> all =
        store.reverseRange(StoreKeys.first(symbol), StoreKeys.last(symbol, KEY_NUMBERS_BYTES))) {
      return all.hasNext() ? read(symbol, all.next()) : null;
    }
  }

  private PendingPrediction read(String symbol, KeyValue<Bytes, byte[]> entry) {
    ByteBuffer numbers = StoreKeys.afterName(entry.key, symbol);
    return PendingPrediction.read(symbol, numbers.getLong(), numbers.getLong(), entry.value, table);
  }

  private static Bytes key(PendingPrediction prediction) {
    return StoreKeys.times(prediction.symbol(), prediction.barMillis(), prediction.offset());
  }
}
