package io.vfr.streams.features;

import io.vfr.models.schema.SequencePlan;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import org.jspecify.annotations.Nullable;

/**
 * One symbol's bars on the heap: the closed state over all bars but the last, and the last bar,
 * which may still change. A pure function of the stored facts; dropped and rebuilt at will.
 */
final class SymbolBars {
  private ClosedBars closed;
  private @Nullable BarBuilder last;
  private long newestEventMillis = Long.MIN_VALUE;
  private boolean hasParts;

  /** A symbol without bars. */
  SymbolBars(SequencePlan plan) {
    closed = new ClosedBars(new IndicatorState(), plan);
  }

  ClosedBars closed() {
    return closed;
  }

  void closed(ClosedBars bars) {
    closed = bars;
  }

  /** The newest bar, or null before the first event. */
  @Nullable BarBuilder last() {
    return last;
  }

  void last(BarBuilder bar) {
    last = bar;
  }

  /** The newest event time that any bar has seen; lateness is measured against it. */
  long newestEventMillis() {
    return newestEventMillis;
  }

  void sawEventAt(long millis) {
    newestEventMillis = Math.max(newestEventMillis, millis);
  }

  /** Whether finer bars are stored that may have to be deleted. */
  boolean hasParts() {
    return hasParts;
  }

  void hasParts(boolean parts) {
    hasParts = parts;
  }
}
