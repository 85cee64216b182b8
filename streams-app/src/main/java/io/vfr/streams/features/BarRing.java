package io.vfr.streams.features;

import io.vfr.models.schema.SequencePlan;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The newest bars and checkpoints of each symbol.
 *
 * <p>Both tables are rings per symbol: a bar's slot is its index modulo the ring size, a
 * checkpoint's slot the number of its anchor modulo the checkpoints kept. A new bar costs one put
 * and no tombstone.
 */
final class BarRing {
  private static final String FRESH_STATE =
      "; go back to what wrote the state, use another application.id, or delete the state with"
          + " Kafka's streams-application-reset and the local state directory";

  /** A bar and how many bars of its symbol came before it. */
  record Stored(long index, BarBuilder bar) {}

  private static final int SLOT_BYTES = Short.BYTES;

  /** A bar's index, the milliseconds of its interval, the bar. */
  private static final int BAR_BYTES = 2 * Long.BYTES + BarBuilder.BYTES;

  private final StateTable bars;
  private final StateTable checkpoints;
  private final int ringSize;
  private final int checkpointsKept;
  private final Duration interval;
  private final double[] scratch = ClosedBars.scratch();
  private final ByteBuffer barBuffer = ByteBuffer.allocate(BAR_BYTES);
  private final ByteBuffer checkpointBuffer = ByteBuffer.allocate(IndicatorState.CHECKPOINT_BYTES);

  /**
   * Opens the rings.
   *
   * @param rewindBars how many bars back a late event may reach
   * @param rewindBarsMax the most that this can be configured to; fixes the ring of checkpoints
   * @param interval of every bar; stored with each, so that another one is found out
   */
  BarRing(
      StateTable bars,
      StateTable checkpoints,
      int rewindBars,
      int rewindBarsMax,
      Duration interval) {
    this.bars = bars;
    this.checkpoints = checkpoints;
    this.interval = interval;
    // A rewind rebuilds the rows of a sequence as well: so many bars further back.
    ringSize =
        IndicatorState.HISTORY_BARS
            + rewindBars
            + 2 * IndicatorState.ANCHOR_INTERVAL
            + SequencePlan.LENGTH_MAX;
    checkpointsKept =
        (rewindBarsMax + SequencePlan.LENGTH_MAX) / IndicatorState.ANCHOR_INTERVAL + 3;
  }

  /** Stores a bar. */
  void put(String symbol, long index, BarBuilder bar) {
    barBuffer.clear();
    barBuffer.putLong(index).putLong(interval.toMillis());
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

  /**
   * The stored bars of a symbol, oldest first.
   *
   * @throws IllegalStateException if they are bars of another interval
   */
  List<Stored> scan(String symbol) {
    List<Stored> found = new ArrayList<>(ringSize);
    try (KeyValueIterator<Bytes, byte[]> slots = slots(bars, symbol)) {
      while (slots.hasNext()) {
        found.add(decode(symbol, slots.next().value));
      }
    }
    found.sort(Comparator.comparingLong(Stored::index));
    return found;
  }

  /**
   * Moves bars and checkpoints that differently sized rings have placed: the grace period was
   * reconfigured, or an older build has written them.
   */
  void moveToRing(String symbol, long newestIndex) {
    moveBars(symbol, newestIndex);
    moveCheckpoints(symbol);
  }

  private void moveBars(String symbol, long newestIndex) {
    List<Stored> misplaced = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> slots = slots(bars, symbol)) {
      while (slots.hasNext()) {
        KeyValue<Bytes, byte[]> slot = slots.next();
        Stored stored = decode(symbol, slot.value);
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

  private void moveCheckpoints(String symbol) {
    List<byte[]> misplaced = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> slots = slots(checkpoints, symbol)) {
      while (slots.hasNext()) {
        KeyValue<Bytes, byte[]> slot = slots.next();
        long closedBars = IndicatorState.closedBars(ByteBuffer.wrap(slot.value));
        if (!slot.key.equals(checkpointKey(symbol, closedBars))) {
          misplaced.add(slot.value.clone());
          checkpoints.delete(slot.key);
        }
      }
    }
    for (byte[] value : misplaced) {
      IndicatorState.upgrade(ByteBuffer.wrap(value));
      checkpoints.put(
          checkpointKey(symbol, IndicatorState.closedBars(ByteBuffer.wrap(value))), value);
    }
  }

  /** The bars of a symbol in a store that is queried, oldest first; none if it has none. */
  static List<Stored> scan(ReadOnlyKeyValueStore<Bytes, byte[]> store, String symbol) {
    List<Stored> found = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> slots =
        TaskState.range(
            store, Table.BARS, StoreKeys.first(symbol), StoreKeys.last(symbol, SLOT_BYTES))) {
      while (slots.hasNext()) {
        ByteBuffer in = ByteBuffer.wrap(slots.next().value);
        long index = in.getLong();
        in.getLong();
        found.add(new Stored(index, BarBuilder.read(in)));
      }
    }
    found.sort(Comparator.comparingLong(Stored::index));
    return found;
  }

  private Stored decode(String symbol, byte[] value) {
    if (value.length > BAR_BYTES - BarBuilder.BYTES) {
      BarBuilder.checkVersion(value[BAR_BYTES - BarBuilder.BYTES]);
    }
    if (value.length != BAR_BYTES) {
      throw new IllegalStateException(
          "a stored bar of "
              + symbol
              + " has "
              + value.length
              + " bytes, this build reads "
              + BAR_BYTES
              + FRESH_STATE);
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    long index = in.getLong();
    long storedInterval = in.getLong();
    if (storedInterval != interval.toMillis()) {
      throw new IllegalStateException(
          "the stored bars of "
              + symbol
              + " have interval "
              + Duration.ofMillis(storedInterval)
              + ", but bars.interval is "
              + interval
              + FRESH_STATE);
    }
    return new Stored(index, BarBuilder.read(in));
  }

  private static KeyValueIterator<Bytes, byte[]> slots(StateTable store, String symbol) {
    return store.range(StoreKeys.first(symbol), StoreKeys.last(symbol, SLOT_BYTES));
  }

  /**
   * The closed bars up to a position: the newest checkpoint at or before the first bar that the
   * sequence needs, then the bars after that. Where the stored bars do not reach back so far, which
   * happens only after an older build has written them, the sequence has fewer rows.
   *
   * @param before the stored bars below {@code position}, in order
   * @param plan what the sequence keeps
   * @throws IllegalStateException if the stores do not hold what the indicators need
   */
  ClosedBars rebuild(String symbol, List<Stored> before, long position, SequencePlan plan) {
    long firstRow = firstRow(symbol, before, position, plan);
    IndicatorState indicators = atAnchor(symbol, before, firstRow);
    ClosedBars closed = new ClosedBars(indicators, plan);
    for (Stored stored : before) {
      if (stored.index() >= firstRow) {
        closed.append(stored.bar(), scratch);
      } else if (stored.index() >= indicators.closedBars()) {
        indicators.append(stored.bar().toBar());
      }
    }
    if (closed.count() != position) {
      throw new IllegalStateException(
          "the stored bars of " + symbol + " end at " + closed.count() + ", expected " + position);
    }
    if (!before.isEmpty()) {
      closed.newestIs(before.getLast().bar());
    }
    return closed;
  }

  /** The index of the oldest bar whose row the sequence keeps; the position if it keeps none. */
  private long firstRow(String symbol, List<Stored> before, long position, SequencePlan plan) {
    long wanted = Math.max(0, position - Math.max(0, plan.length() - 1));
    long anchor = anchorOf(wanted);
    long newestAnchor = anchorOf(position);
    while (anchor < newestAnchor && !canRestore(symbol, before, position, anchor)) {
      anchor += IndicatorState.ANCHOR_INTERVAL;
    }
    return Math.max(wanted, anchor);
  }

  private static long anchorOf(long position) {
    return position - position % IndicatorState.ANCHOR_INTERVAL;
  }

  /**
   * Whether {@link #rebuild} finds what it needs. A ring that grew with the grace period reaches
   * back as far as it used to until enough bars have come.
   *
   * @param before the stored bars below {@code position}, in order
   */
  boolean canRebuild(String symbol, List<Stored> before, long position) {
    return canRestore(symbol, before, position, anchorOf(position));
  }

  private boolean canRestore(String symbol, List<Stored> before, long position, long anchor) {
    long oldest = Math.max(0, anchor - IndicatorState.HISTORY_BARS);
    long found = before.stream().filter(stored -> stored.index() >= oldest).count();
    // No slot of a checkpoint is reused while the bars before it are stored.
    return found == position - oldest
        && (anchor == 0 || checkpoints.get(checkpointKey(symbol, anchor)) != null);
  }

  private IndicatorState atAnchor(String symbol, List<Stored> before, long position) {
    long anchor = anchorOf(position);
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
