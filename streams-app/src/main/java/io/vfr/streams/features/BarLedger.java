package io.vfr.streams.features;

import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.config.BarsConfig;
import io.vfr.streams.features.BarRing.Stored;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies price events to the bars of one task's symbols: merges into the last bar, closes it, or
 * puts a late event into its place and replays what came after. Every change goes to the task's
 * state at once, and the heap state of a symbol can be rebuilt from it.
 */
final class BarLedger {
  /** What is told of every bar whose features are new or changed. */
  interface Visitor {
    /**
     * One bar as the last bar of every window.
     *
     * @param closed the bars before it
     * @param bar the bar
     * @param nextClose close of the bar after it if that one is closed, else NaN
     */
    void visit(ClosedBars closed, BarBuilder bar, double nextClose);
  }

  private final BarRing ring;
  private final BarParts parts;
  private final long intervalMillis;
  private final long graceMillis;
  private final double[] scratch = ClosedBars.scratch();
  private SequencePlan sequences = SequencePlan.NONE;

  BarLedger(BarsConfig config, TaskState state) {
    ring =
        new BarRing(
            state.table(Table.BARS),
            state.table(Table.INDICATOR_CHECKPOINTS),
            config.graceBars() + 1,
            BarsConfig.GRACE_BARS_MAX,
            config.interval());
    parts = new BarParts(state.table(Table.BAR_PARTS));
    intervalMillis = config.interval().toMillis();
    graceMillis = config.grace().toMillis();
  }

  /**
   * Says which sequences are wanted from now on. Those of a symbol are rebuilt from its stores when
   * it is next needed.
   */
  void sequences(SequencePlan plan) {
    sequences = plan;
  }

  /** The start of the bar that an event time belongs to. */
  private long barStart(long millis) {
    return Math.floorDiv(millis, intervalMillis) * intervalMillis;
  }

  /** The time at or before which a bar of this symbol must start to be closed for good. */
  long closedUntil(SymbolBars state) {
    return state.last() == null
        ? Long.MIN_VALUE
        : state.newestEventMillis() - graceMillis - intervalMillis;
  }

  /**
   * Whether an event comes too late to change its bar: the bar is closed for good, or the stored
   * bars do not reach far enough back to replay it, which happens only after {@code bars.grace} was
   * raised.
   */
  boolean isLate(SymbolBars state, PriceEvent event) {
    long start = barStart(event.ts());
    if (start <= closedUntil(state)) {
      return true;
    }
    BarBuilder last = state.last();
    if (last == null || start >= last.startMillis()) {
      return false;
    }
    List<Stored> stored = ring.scan(event.symbol());
    int at = placeOf(start, stored);
    return !ring.canRebuild(event.symbol(), stored.subList(0, at), stored.get(at).index());
  }

  /** The place of the first stored bar that does not start before a time. */
  private static int placeOf(long start, List<Stored> stored) {
    int at = 0;
    while (stored.get(at).bar().startMillis() < start) {
      at++;
    }
    return at;
  }

  /**
   * Applies an event that is not late, writes what changed to the stores and shows every bar whose
   * features are new or changed to the visitor: the event's own bar first, then those after it
   * whose past it has changed.
   *
   * @param benchmark level of the benchmark as of the event, or NaN
   */
  void apply(SymbolBars state, PriceEvent event, double benchmark, Visitor visitor) {
    adoptPlan(event.symbol(), state);
    long start = barStart(event.ts());
    BarBuilder last = state.last();
    if (last == null) {
      BarBuilder first = create(event, start, benchmark);
      state.last(first);
      newest(state, event, first, visitor);
    } else if (start == last.startMillis()) {
      merge(state, last, event, benchmark);
      newest(state, event, last, visitor);
    } else if (start > last.startMillis()) {
      close(event.symbol(), state.closed(), last);
      last.become(create(event, start, benchmark));
      newest(state, event, last, visitor);
      if (state.hasParts()) {
        state.hasParts(parts.prune(event.symbol(), closedUntil(state)));
      }
    } else {
      rewind(state, event, start, benchmark, visitor);
    }
    if (event instanceof PriceBar bar && isPart(bar)) {
      state.hasParts(true);
    }
  }

  private void adoptPlan(String symbol, SymbolBars state) {
    SequencePlan present = state.closed().plan();
    if (present == sequences || present.equals(sequences)) {
      return;
    }
    if (sequences.isNone()) {
      state.closed().dropSequence();
      return;
    }
    List<Stored> stored = ring.scan(symbol);
    if (!stored.isEmpty()) {
      stored.removeLast();
    }
    state.closed(ring.rebuild(symbol, stored, state.closed().count(), sequences));
  }

  private void newest(SymbolBars state, PriceEvent event, BarBuilder bar, Visitor visitor) {
    state.sawEventAt(event.ts());
    ring.put(event.symbol(), state.closed().count(), bar);
    visitor.visit(state.closed(), bar, Double.NaN);
  }

  private void close(String symbol, ClosedBars closed, BarBuilder bar) {
    closed.append(bar, scratch);
    if (closed.indicators().atAnchor()) {
      ring.putCheckpoint(symbol, closed.indicators());
    }
  }

  /** Puts a late event into its place and replays everything after it in event-time order. */
  private void rewind(
      SymbolBars state, PriceEvent event, long start, double benchmark, Visitor visitor) {
    String symbol = event.symbol();
    List<Stored> stored = ring.scan(symbol);
    int at = placeOf(start, stored);
    List<BarBuilder> tail = new ArrayList<>();
    for (Stored later : stored.subList(at, stored.size())) {
      tail.add(later.bar());
    }
    if (tail.getFirst().startMillis() == start) {
      merge(state, tail.getFirst(), event, benchmark);
    } else {
      tail.addFirst(create(event, start, benchmark));
    }
    long position = stored.get(at).index();
    ClosedBars closed = ring.rebuild(symbol, stored.subList(0, at), position, sequences);
    for (int i = 0; i < tail.size(); i++) {
      BarBuilder bar = tail.get(i);
      ring.put(symbol, position + i, bar);
      // The last bar is still forming: its close is not yet what the one before led to.
      double nextClose = i + 2 < tail.size() ? tail.get(i + 1).close() : Double.NaN;
      visitor.visit(closed, bar, nextClose);
      if (i < tail.size() - 1) {
        close(symbol, closed, bar);
      }
    }
    state.closed(closed);
    state.last(tail.getLast());
  }

  /**
   * The state of a symbol as its stores tell it.
   *
   * @throws IllegalStateException if they hold bars of another interval
   */
  SymbolBars load(String symbol) {
    SymbolBars state = new SymbolBars(sequences);
    List<Stored> stored = ring.scan(symbol);
    if (stored.isEmpty()) {
      return state;
    }
    Stored newest = stored.getLast();
    ring.moveToRing(symbol, newest.index());
    state.closed(
        ring.rebuild(symbol, stored.subList(0, stored.size() - 1), newest.index(), sequences));
    state.last(newest.bar());
    stored.forEach(each -> state.sawEventAt(each.bar().lastEventMillis()));
    state.hasParts(parts.any(symbol));
    return state;
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

  private void merge(SymbolBars state, BarBuilder target, PriceEvent event, double benchmark) {
    boolean newest = event.ts() >= target.lastEventMillis();
    switch (event) {
      case PriceTick tick -> target.mergeTick(tick.ts(), tick.price(), tick.size());
      case PriceBar bar when isPart(bar) -> parts.merge(target, bar);
      case PriceBar bar -> {
        target.replaceWith(bar.ts(), bar.open(), bar.high(), bar.low(), bar.close(), bar.volume());
        if (state.hasParts()) {
          parts.delete(bar.symbol(), target.startMillis());
        }
      }
    }
    if (newest) {
      target.setBenchmark(benchmark);
    }
  }
}
