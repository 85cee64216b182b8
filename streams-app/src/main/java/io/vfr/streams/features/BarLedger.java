package io.vfr.streams.features;

import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.config.BarsConfig;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bars of one task's symbols in the stores {@code bars} and {@code
 * indicator-checkpoints}, and rebuilds the heap state of a symbol from them.
 *
 * <p>Both stores are rings per symbol: a bar's slot is its index modulo the ring size, a
 * checkpoint's slot the number of its anchor modulo the checkpoints kept. A new bar costs one put;
 * a late one rewrites the bars after it.
 */
final class BarLedger {
  /** What is told of every bar whose features are new or changed. */
  interface Visitor {
    /**
     * One bar as the last bar of every window.
     *
     * @param closed the state of the bars before it
     * @param bar the bar
     * @param correction whether a vector for this bar was computed before, and a late event has
     *     changed its past
     */
    void visit(IndicatorState closed, BarBuilder bar, boolean correction);
  }

  private record Stored(long index, BarBuilder bar) {}

  /**
   * Enough for the longest grace, whatever is configured: a rewind needs the checkpoint before it.
   */
  private static final int CHECKPOINTS_KEPT =
      BarsConfig.GRACE_BARS_MAX / IndicatorState.ANCHOR_INTERVAL + 3;

  private static final int SLOT_BYTES = Short.BYTES;

  private final KeyValueStore<Bytes, byte[]> bars;
  private final KeyValueStore<Bytes, byte[]> checkpoints;
  private final BarParts parts;
  private final long intervalMillis;
  private final long graceMillis;
  private final int ringSize;
  private final ByteBuffer barBuffer = ByteBuffer.allocate(Long.BYTES + BarBuilder.BYTES);
  private final ByteBuffer checkpointBuffer = ByteBuffer.allocate(IndicatorState.CHECKPOINT_BYTES);

  BarLedger(
      BarsConfig config,
      KeyValueStore<Bytes, byte[]> bars,
      KeyValueStore<Bytes, byte[]> checkpoints,
      KeyValueStore<Bytes, byte[]> parts) {
    this.bars = bars;
    this.checkpoints = checkpoints;
    this.parts = new BarParts(parts);
    intervalMillis = config.interval().toMillis();
    graceMillis = config.grace().toMillis();
    int graceBars = config.graceBars() + 1;
    ringSize = IndicatorState.HISTORY_BARS + graceBars + 2 * IndicatorState.ANCHOR_INTERVAL;
  }

  /** The start of the bar that an event time belongs to. */
  long barStart(long millis) {
    return Math.floorDiv(millis, intervalMillis) * intervalMillis;
  }

  /**
   * The earliest event time that this symbol still accepts: bars that end at or before it are
   * closed for good.
   */
  long earliestOpen(SymbolBars state) {
    return state.newestEventMillis() == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : state.newestEventMillis() - graceMillis - intervalMillis;
  }

  /** Whether an event comes too late to change its bar. */
  boolean isLate(SymbolBars state, PriceEvent event) {
    return state.newestEventMillis() != Long.MIN_VALUE
        && barStart(event.ts()) + intervalMillis + graceMillis <= state.newestEventMillis();
  }

  /**
   * Applies an event that is not late, writes what changed to the stores and shows every bar whose
   * features are new or changed to the visitor, the event's own bar first.
   *
   * @param benchmark level of the benchmark as of the event, or NaN
   */
  void apply(SymbolBars state, PriceEvent event, double benchmark, Visitor visitor) {
    long start = barStart(event.ts());
    BarBuilder last = state.last();
    if (last == null) {
      BarBuilder first = create(event, start, benchmark);
      state.last(first);
      state.sawEventAt(event.ts());
      write(event.symbol(), 0, first);
      visitor.visit(state.closed(), first, false);
    } else if (start >= last.startMillis()) {
      forward(state, last, event, start, benchmark, visitor);
    } else {
      rewind(state, event, start, benchmark, visitor);
    }
    if (event instanceof PriceBar bar && isPart(bar)) {
      state.hasParts(true);
    }
  }

  private void forward(
      SymbolBars state,
      BarBuilder last,
      PriceEvent event,
      long start,
      double benchmark,
      Visitor visitor) {
    BarBuilder target = last;
    if (start > last.startMillis()) {
      close(event.symbol(), state.closed(), last);
      target = create(event, start, benchmark);
      state.last(target);
    } else {
      merge(target, event, benchmark);
    }
    state.sawEventAt(event.ts());
    write(event.symbol(), state.closed().closedBars(), target);
    visitor.visit(state.closed(), target, false);
    if (start > last.startMillis() && state.hasParts()) {
      state.hasParts(parts.prune(event.symbol(), earliestOpen(state)));
    }
  }

  private void close(String symbol, IndicatorState closed, BarBuilder bar) {
    closed.append(bar.toBar());
    if (closed.atAnchor()) {
      checkpointBuffer.clear();
      closed.writeCheckpoint(checkpointBuffer);
      checkpointBuffer.flip();
      byte[] value = new byte[checkpointBuffer.remaining()];
      checkpointBuffer.get(value);
      checkpoints.put(checkpointKey(symbol, closed.closedBars()), value);
    }
  }

  /** Puts a late event into its place and replays everything after it in event-time order. */
  private void rewind(
      SymbolBars state, PriceEvent event, long start, double benchmark, Visitor visitor) {
    String symbol = event.symbol();
    List<Stored> ring = scan(symbol);
    int at = 0;
    while (at < ring.size() && ring.get(at).bar().startMillis() < start) {
      at++;
    }
    List<BarBuilder> tail = new ArrayList<>();
    for (Stored stored : ring.subList(at, ring.size())) {
      tail.add(stored.bar());
    }
    if (tail.getFirst().startMillis() == start) {
      merge(tail.getFirst(), event, benchmark);
    } else {
      tail.addFirst(create(event, start, benchmark));
    }
    long position = ring.get(at).index();
    IndicatorState closed = rebuild(symbol, ring.subList(0, at), position);
    for (int i = 0; i < tail.size(); i++) {
      BarBuilder bar = tail.get(i);
      write(symbol, position + i, bar);
      visitor.visit(closed, bar, i > 0);
      if (i < tail.size() - 1) {
        close(symbol, closed, bar);
      }
    }
    state.closed(closed);
    state.last(tail.getLast());
  }

  /** The state of a symbol as its stores tell it. */
  SymbolBars load(String symbol) {
    SymbolBars state = new SymbolBars();
    List<Stored> ring = scan(symbol);
    if (ring.isEmpty()) {
      return state;
    }
    moveToRing(symbol, ring);
    Stored newest = ring.getLast();
    state.closed(rebuild(symbol, ring.subList(0, ring.size() - 1), newest.index()));
    state.last(newest.bar());
    ring.forEach(stored -> state.sawEventAt(stored.bar().lastEventMillis()));
    state.hasParts(parts.any(symbol));
    return state;
  }

  /** Rewrites bars that a differently sized ring has placed: the grace period was reconfigured. */
  private void moveToRing(String symbol, List<Stored> ring) {
    List<Stored> misplaced = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> slots = slots(symbol)) {
      while (slots.hasNext()) {
        KeyValue<Bytes, byte[]> slot = slots.next();
        long index = ByteBuffer.wrap(slot.value).getLong();
        if (slotOf(slot.key, symbol) != (int) (index % ringSize)) {
          misplaced.add(
              new Stored(
                  index, BarBuilder.read(ByteBuffer.wrap(slot.value, 8, slot.value.length - 8))));
          bars.delete(slot.key);
        }
      }
    }
    long oldest = ring.getLast().index() - ringSize;
    for (Stored stored : misplaced) {
      if (stored.index() > oldest) {
        write(symbol, stored.index(), stored.bar());
      }
    }
  }

  private static int slotOf(Bytes key, String symbol) {
    return StoreKeys.afterName(key, symbol).getShort();
  }

  /**
   * The closed state after {@code position} bars.
   *
   * @param before the stored bars below {@code position}, in order
   */
  private IndicatorState rebuild(String symbol, List<Stored> before, long position) {
    IndicatorState restored = restore(symbol, before, position);
    IndicatorState closed = restored == null ? new IndicatorState() : restored;
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

  private @Nullable IndicatorState restore(String symbol, List<Stored> before, long position) {
    long anchor = position - position % IndicatorState.ANCHOR_INTERVAL;
    if (anchor == 0) {
      return null;
    }
    byte[] value = checkpoints.get(checkpointKey(symbol, anchor));
    if (value == null) {
      throw new IllegalStateException("no checkpoint of " + symbol + " after bar " + anchor);
    }
    List<Bar> history = new ArrayList<>();
    for (Stored stored : before) {
      if (stored.index() >= anchor - IndicatorState.HISTORY_BARS && stored.index() < anchor) {
        history.add(stored.bar().toBar());
      }
    }
    return IndicatorState.restore(ByteBuffer.wrap(value), history);
  }

  private List<Stored> scan(String symbol) {
    List<Stored> found = new ArrayList<>(ringSize);
    try (KeyValueIterator<Bytes, byte[]> slots = slots(symbol)) {
      while (slots.hasNext()) {
        ByteBuffer value = ByteBuffer.wrap(slots.next().value);
        found.add(new Stored(value.getLong(), BarBuilder.read(value)));
      }
    }
    found.sort(Comparator.comparingLong(Stored::index));
    return found;
  }

  private KeyValueIterator<Bytes, byte[]> slots(String symbol) {
    return bars.range(StoreKeys.first(symbol), StoreKeys.last(symbol, SLOT_BYTES));
  }

  private Bytes checkpointKey(String symbol, long closedBars) {
    long anchor = closedBars / IndicatorState.ANCHOR_INTERVAL;
    return StoreKeys.slot(symbol, (int) (anchor % CHECKPOINTS_KEPT));
  }

  private void write(String symbol, long index, BarBuilder bar) {
    barBuffer.clear();
    barBuffer.putLong(index);
    bar.write(barBuffer);
    byte[] value = new byte[barBuffer.position()];
    barBuffer.flip();
    barBuffer.get(value);
    bars.put(StoreKeys.slot(symbol, (int) (index % ringSize)), value);
  }

  private boolean isPart(PriceBar bar) {
    return bar.interval() != null && bar.interval().toMillis() < intervalMillis;
  }

  private BarBuilder create(PriceEvent event, long start, double benchmark) {
    BarBuilder builder =
        switch (event) {
          case PriceTick tick -> BarBuilder.ofTick(start, tick.ts(), tick.price(), tick.size());
          case PriceBar bar when isPart(bar) -> {
            parts.put(bar, start);
            yield BarBuilder.ofPart(
                start, bar.ts(), bar.open(), bar.high(), bar.low(), bar.close(), bar.volume());
          }
          case PriceBar bar ->
              BarBuilder.ofBar(
                  start, bar.ts(), bar.open(), bar.high(), bar.low(), bar.close(), bar.volume());
        };
    builder.setBenchmark(benchmark);
    return builder;
  }

  private void merge(BarBuilder target, PriceEvent event, double benchmark) {
    switch (event) {
      case PriceTick tick -> target.mergeTick(tick.ts(), tick.price(), tick.size());
      case PriceBar bar when isPart(bar) -> parts.merge(target, bar);
      case PriceBar bar ->
          target.replaceWith(
              bar.ts(), bar.open(), bar.high(), bar.low(), bar.close(), bar.volume());
    }
    target.setBenchmark(benchmark);
  }
}
