package io.vfr.streams.cli.demo.feed;

import java.time.LocalDate;
import java.util.Objects;

/**
 * Size, dates and strength of a simulated market. Equal configurations give equal bytes.
 *
 * @param symbols how many companies, 1 to {@value #SYMBOLS_MAX}
 * @param days daily bars of history of every company, 1 to {@value #DAYS_MAX}
 * @param seed seed of every random stream
 * @param today the day after the last moment of history; the live session's bar
 * @param leadCoefficient how far the next session's return leans towards what leading sentiment
 *     said, in standard deviations of the company's own daily return for one standard deviation of
 *     information; 0 for none, negative to make sentiment mislead; -1 to 1
 */
public record MarketConfig(
    int symbols, int days, long seed, LocalDate today, double leadCoefficient) {
  /** Companies by default: four in each of seven sectors. */
  public static final int SYMBOLS_DEFAULT = 28;

  /** Bars by default: every window of up to 252 bars is warm, with more than 60 bars to spare. */
  public static final int DAYS_DEFAULT = 320;

  /** The most companies. */
  public static final int SYMBOLS_MAX = 200_000;

  /** The most bars of one company: some three decades of weekdays. */
  public static final int DAYS_MAX = 8_000;

  /** Reports from before the first bar must not reach back beyond the earliest accepted time. */
  private static final LocalDate FIRST_DAY_MIN = LocalDate.of(1991, 1, 1);

  /** The default lead of sentiment: an information coefficient of a few percent. */
  public static final double LEAD_DEFAULT = 0.15;

  public MarketConfig {
    Objects.requireNonNull(today, "today");
    requireWithin("symbols", symbols, SYMBOLS_MAX);
    requireWithin("days", days, DAYS_MAX);
    if (!(Math.abs(leadCoefficient) <= 1)) {
      throw new IllegalArgumentException(
          "leadCoefficient must be between -1 and 1, got " + leadCoefficient);
    }
    LocalDate firstDay = TradingCalendar.firstOf(days, today);
    if (firstDay.isBefore(FIRST_DAY_MIN)) {
      throw new IllegalArgumentException(
          "history must begin on or after "
              + FIRST_DAY_MIN
              + ", but "
              + days
              + " days before "
              + today
              + " begin on "
              + firstDay);
    }
  }

  /** The default market that ends before {@code today}. */
  public static MarketConfig defaults(long seed, LocalDate today) {
    return new MarketConfig(SYMBOLS_DEFAULT, DAYS_DEFAULT, seed, today, LEAD_DEFAULT);
  }

  private static void requireWithin(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(name + " must be between 1 and " + max + ", got " + value);
    }
  }
}
