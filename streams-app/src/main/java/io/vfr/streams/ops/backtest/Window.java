package io.vfr.streams.ops.backtest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The days that are evaluated, UTC; everything before only warms up.
 *
 * @param from the first day; null for from the beginning
 * @param to the last day; null for to the end
 */
public record Window(@Nullable LocalDate from, @Nullable LocalDate to) {
  public Window {
    if (from != null && to != null && to.isBefore(from)) {
      throw new IllegalArgumentException(
          "the last day " + to + " must not be before the first, " + from);
    }
  }

  /** Whether a bar that begins then is evaluated. */
  boolean holds(long barMillis) {
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(barMillis), ZoneOffset.UTC);
    return (from == null || !day.isBefore(from)) && (to == null || !day.isAfter(to));
  }
}
