package io.vfr.streams.config;

import java.time.Duration;

/**
 * How price events become bars.
 *
 * @param interval length of one bar; bars start at multiples of it since the epoch (UTC)
 * @param grace how long after its end a bar still accepts events, by the symbol's newest event time
 */
public record BarsConfig(Duration interval, Duration grace) {
  /** The most bars that the grace period may span: bounds what one late record can recompute. */
  public static final int GRACE_BARS_MAX = 256;

  public BarsConfig {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("bars.interval must be at least PT1S, got " + interval);
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("bars.grace must not be negative, got " + grace);
    }
    if (grace.dividedBy(interval) > GRACE_BARS_MAX) {
      throw new IllegalArgumentException(
          "bars.grace must span at most "
              + GRACE_BARS_MAX
              + " bars of "
              + interval
              + ", got "
              + grace);
    }
  }

  /** Whole bars that the grace period touches, rounded up. */
  public int graceBars() {
    return Math.toIntExact((grace.toMillis() + interval.toMillis() - 1) / interval.toMillis());
  }
}
