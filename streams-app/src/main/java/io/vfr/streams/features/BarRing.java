package io.vfr.streams.features;

import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The newest bars and checkpoints of each symbol in the stores {@code bars} and {@code
 * indicator-checkpoints}.
 *
 * <p>Both stores are rings per symbol: a bar's slot is its index modulo the ring size, a
 * checkpoint's slot the number of its anchor modulo the checkpoints kept. A new bar costs one put
 * and no tombstone.
 */
final class BarRing {
  /** A bar and how many bars of its symbol came before it. */
  record Stored(long index, BarBuilder bar) {}

  private static final int SLOT_BYTES = Short.BYTES;

  private final KeyValueStore<Bytes, byte[]> bars;
  private final KeyValueStore<Bytes, byte[]> checkpoints;
  private final int ringSize;
  private final int checkpointsKept;
  private final ByteBuffer barBuffer = ByteBuffer.allocate(Long.BYTES + BarBuilder.BYTES);
  private final ByteBuffer checkpointBuffer = ByteBuffer.allocate(IndicatorState.CHECKPOINT_BYTES);

  /**
   * Opens the rings.
   *
   * @param rewindBars how many bars back a late event may reach
   * @param rewindBarsMax the most that this can be configured to; fixes the ring of checkpoints
   */
  BarRing(
      KeyValueStore<Bytes, byte[]> bars,
      KeyValueStore<Bytes, byte[]> checkpoints,
      int rewindBars,
      int rewindBarsMax) {
    this.bars = bars;
    this.checkpoints = checkpoints;
    ringSize = IndicatorState.HISTORY_BARS + rewindBars + 2 * IndicatorState.ANCHOR_INTERVAL;
    checkpointsKept = rewindBarsMax / IndicatorState.ANCHOR_INTERVAL + 3;
  }

  /** Stores a bar. */
  void put(String symbol, long index, BarBuilder bar) {
    barBuffer.clear();
    barBuffer.putLong(index);
    bar.write(barBuffer);
    bars.put(StoreKeys.slot(symbol, (int) (index % ringSize)), bytes(barBuffer));
  }

  /** Stores a checkpoint of a state that stands at an anchor. */
  void putCheckpoint(String symbol, IndicatorState closed) {
    checkpointBuffer.clear();
    closed.writeCheckpoint(checkpointBuffer);
    checkpoints.put(checkpointKey(symbol, closed.closedBars()), bytes(checkpointBuffer));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] value = new byte[buffer.position()];
    buffer.flip().get(value);
    return value;
  }

  /** The stored bars of a symbol, oldest first. */
  List<Stored> scan(String symbol) {
    List<Stored> found = new ArrayList<>(ringSize);
    try (KeyValueIterator<Bytes, byte[]> slots = slots(symbol)) {
      while (slots.hasNext()) {
        found.add(decode(slots.next().value));
      }
    }
    found.sort(Comparator.comparingLong(Stored::index));
    return found;
  }

  /** Moves bars that a differently sized ring has placed: the grace period was reconfigured. */
  void moveToRing(String symbol, long newestIndex) {
    List<Stored> misplaced = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> slots = slots(symbol)) {
      while (slots.hasNext()) {
        KeyValue<Bytes, byte[]> slot = slots.next();
        Stored stored = decode(slot.value);
        if (StoreKeys.afterName(slot.key, symbol).getShort() != stored.index() % ringSize) {
          misplaced.add(stored);
          bars.delete(slot.key);
        }
      }
    }
    for (Stored stored : misplaced) {
      if (stored.index() > newestIndex - ringSize) {
        put(symbol, stored.index(), stored.bar());
      }
    }
  }

  private static Stored decode(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    return new Stored(in.getLong(), BarBuilder.read(in));
  }

  private KeyValueIterator<Bytes, byte[]> slots(String symbol) {
    return bars.range(StoreKeys.first(symbol), StoreKeys.last(symbol, SLOT_BYTES));
  }

  /**
   * The closed state after a number of bars: the newest checkpoint at or before it, then the bars
   * after that.
   *
   * @param before the stored bars below {@code position}, in order
   * @throws IllegalStateException if the stores do not hold what is needed
   */
  IndicatorState rebuild(String symbol, List<Stored> before, long position) {
    IndicatorState closed = atAnchor(symbol, before, position);
    for (Stored stored : before) {
      if (stored.index() >= closed.closedBars()) {
        closed.append(stored.bar().toBar());
      }
    }
    if (closed.closedBars() != position) {
      throw new IllegalStateException(
          "the stored bars of "
              + symbol
              + " end at "
              + closed.closedBars()
              + ", expected "
              + position);
    }
    return closed;
  }

  private IndicatorState atAnchor(String symbol, List<Stored> before, long position) {
    long anchor = position - position % IndicatorState.ANCHOR_INTERVAL;
    if (anchor == 0) {
      return new IndicatorState();
    }
    byte[] value = checkpoints.get(checkpointKey(symbol, anchor));
    if (value == null) {
      throw new IllegalStateException("no checkpoint of " + symbol + " after bar " + anchor);
    }
    List<Bar> history = new ArrayList<>(IndicatorState.HISTORY_BARS);
    for (Stored stored : before) {
      if (stored.index() >= anchor - IndicatorState.HISTORY_BARS && stored.index() < anchor) {
        history.add(stored.bar().toBar());
      }
    }
    return IndicatorState.restore(ByteBuffer.wrap(value), history);
  }

  private Bytes checkpointKey(String symbol, long closedBars) {
    long anchor = closedBars / IndicatorState.ANCHOR_INTERVAL;
    return StoreKeys.slot(symbol, (int) (anchor % checkpointsKept));
  }
}
