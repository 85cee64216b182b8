package io.vfr.streams.cli.demo.feed;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The simulated exchange's days: Monday to Friday without holidays, 13:30 to 20:00 UTC. A day's bar
 * starts at its midnight UTC, like every daily bar.
 */
final class TradingCalendar {
  static final long HOUR_MILLIS = 3_600_000L;

  /** From midnight to the close of trading. */
  static final long CLOSE_MILLIS = 20 * HOUR_MILLIS;

  private TradingCalendar() {}

  static boolean isTradingDay(LocalDate day) {
    return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY;
  }

  /** The last trading day before a date. */
  static LocalDate before(LocalDate date) {
    LocalDate day = date.minusDays(1);
    while (!isTradingDay(day)) {
      day = day.minusDays(1);
    }
    return day;
  }

  /** The date itself if it is a trading day, else the next one. */
  static LocalDate atOrAfter(LocalDate date) {
    LocalDate day = date;
    while (!isTradingDay(day)) {
      day = day.plusDays(1);
    }
    return day;
  }

  /** The first of {@code days} trading days whose last one lies before {@code end}. */
  static LocalDate firstOf(int days, LocalDate end) {
    LocalDate day = before(end);
    int steps = days - 1;
    day = day.minusWeeks(steps / 5);
    for (int i = 0; i < steps % 5; i++) {
      day = before(day);
    }
    return day;
  }

  /** Midnight UTC, epoch milliseconds. */
  static long startMillis(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}
