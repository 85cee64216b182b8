package io.vfr.streams.ops.backtest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A named range of rows.
 *
 * @param name such as 2015 or 2015Q3
 * @param from first row
 * @param to row after the last
 */
record Period(String name, int from, int to) {
  /** The name of everything. */
  static final String ALL = "all";

  /** Everything. */
  static Period all(Rows rows) {
    return new Period(ALL, 0, rows.size());
  }

  /** The calendar years that have rows, UTC. */
  static List<Period> years(Rows rows) {
    return split(rows, day -> Integer.toString(day.getYear()));
  }

  /** The calendar quarters that have rows, UTC. */
  static List<Period> quarters(Rows rows) {
    return split(rows, Period::quarter);
  }

  /** The name of a day's quarter. */
  static String quarter(LocalDate day) {
    return day.getYear() + "Q" + (day.getMonthValue() + 2) / 3;
  }

  /** The day on which a bar begins, UTC. */
  static LocalDate day(long barMillis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(barMillis), ZoneOffset.UTC);
  }

  private static List<Period> split(Rows rows, Function<LocalDate, String> name) {
    List<Period> periods = new ArrayList<>();
    rows.forEachBar(
        0,
        rows.size(),
        (from, to) -> {
          String here = name.apply(day(rows.bar()[from]));
          Period last = periods.isEmpty() ? null : periods.getLast();
          if (last != null && last.name().equals(here)) {
            periods.set(periods.size() - 1, new Period(here, last.from(), to));
          } else {
            periods.add(new Period(here, from, to));
          }
        });
    return periods;
  }
}
