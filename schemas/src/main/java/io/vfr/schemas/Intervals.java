package io.vfr.schemas;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Bar lengths on the wire: ISO-8601 durations of days to milliseconds, greater than zero. */
final class Intervals {
  private static final Duration LONGEST = Duration.ofDays(3660);
  private static final int LENGTH_MAX = 64;
  private static final Pattern FORM =
      Pattern.compile("P(?=[0-9T])([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9.]+S)?)?");

  /** What nearly every finer bar says; parsing it anew would cost more than the bar's numbers. */
  private static final Map<String, Duration> COMMON =
      Stream.of("PT1S", "PT5S", "PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT4H", "P1D", "P7D")
          .collect(Collectors.toUnmodifiableMap(text -> text, Duration::parse));

  private static final String ALLOWED =
      "interval must be an ISO-8601 duration of days to milliseconds, greater than zero and at"
          + " most P3660D, such as P1D or PT1M, but is ";

  private Intervals() {}

  static void check(Duration interval) {
    if (interval.compareTo(Duration.ofMillis(1)) < 0
        || interval.compareTo(LONGEST) > 0
        || interval.getNano() % 1_000_000 != 0) {
      throw new InvalidMessageException(RejectCode.INVALID_INTERVAL, ALLOWED + interval);
    }
  }

  static Duration parse(String text) {
    Duration common = COMMON.get(text);
    return common == null ? parseUncommon(text) : common;
  }

  private static Duration parseUncommon(String text) {
    if (text.length() > LENGTH_MAX || !FORM.matcher(text).matches()) {
      throw new InvalidMessageException(RejectCode.INVALID_INTERVAL, ALLOWED + Bounds.quote(text));
    }
    try {
      Duration interval = Duration.parse(text);
      check(interval);
      return interval;
    } catch (DateTimeParseException e) {
      throw new InvalidMessageException(RejectCode.INVALID_INTERVAL, ALLOWED + Bounds.quote(text));
    }
  }
}
