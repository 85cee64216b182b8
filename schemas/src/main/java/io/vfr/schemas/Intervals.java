package io.vfr.schemas;

import java.time.Duration;
import java.time.format.DateTimeParseException;

/** Bar lengths on the wire: ISO-8601 durations of days to milliseconds, greater than zero. */
final class Intervals {
  private static final Duration LONGEST = Duration.ofDays(3660);

  private static final String ALLOWED =
      "interval must be an ISO-8601 duration in whole milliseconds, greater than zero, such as P1D"
          + " or PT1M, but is ";

  private Intervals() {}

  static void check(Duration interval) {
    if (interval.compareTo(Duration.ofMillis(1)) < 0
        || interval.compareTo(LONGEST) > 0
        || interval.getNano() % 1_000_000 != 0) {
      throw new InvalidMessageException(RejectCode.INVALID_INTERVAL, ALLOWED + interval);
    }
  }

  static Duration parse(String text) {
    try {
      Duration interval = Duration.parse(text);
      check(interval);
      return interval;
    } catch (DateTimeParseException e) {
      throw new InvalidMessageException(RejectCode.INVALID_INTERVAL, ALLOWED + Bounds.quote(text));
    }
  }
}
