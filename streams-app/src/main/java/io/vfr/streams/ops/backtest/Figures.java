package io.vfr.streams.ops.backtest;

import org.jspecify.annotations.Nullable;

/** Numbers of a report: one that could not be measured is null, which is JSON. */
final class Figures {
  private Figures() {}

  static @Nullable Double of(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
