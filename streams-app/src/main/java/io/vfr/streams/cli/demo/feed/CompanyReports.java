package io.vfr.streams.cli.demo.feed;

import io.vfr.schemas.Fundamentals;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The quarterly reports of one company: fundamentals that become known weeks after their period
 * ends, jumps at the next open, and now and then a restatement of a period that was already known.
 *
 * <p>Earnings follow what the price anticipated: a quarter closes a part of the gap between the
 * company's price-earnings ratio and the ratio it started with, plus a surprise.
 */
final class CompanyReports {
  /** The columns of the fundamentals CSV file, in order. */
  static final List<String> FEATURES =
      List.of(
          "pe_ratio",
          "dividend_yield",
          "eps",
          "book_value",
          "market_cap",
          "ebitda",
          "ps_ratio",
          "pb_ratio");

  static final double RESTATEMENT_CHANCE = 0.12;

  /** Bounds the logarithm of a jump on a report. */
  private static final double JUMP_MAX = 0.3;

  /** How hard a restatement is taken: one that takes a quarter off counts as one bad surprise. */
  private static final double RESTATEMENT_JUMP = 4;

  private static final int DELAY_DAYS_MAX = 50;
  private static final long REPORT_MILLIS =
      TradingCalendar.CLOSE_MILLIS + TradingCalendar.HOUR_MILLIS / 2;
  private static final int QUARTERS = 4;

  private final Company company;
  private final Noise noise;
  private final double jumpScale;
  private final double peTarget;
  private final double psTarget;
  private final double payout;
  private final double earningsSign;
  private final int delayDays;
  private final double[] earnings = new double[QUARTERS];
  private double expectedEarnings;
  private double revenue;
  private double bookValue;
  private LocalDate periodEnd;
  private LocalDate reportDay;
  private LocalDate lastPeriod;
  private @Nullable Restatement restatement;

  CompanyReports(Company company, long seed, LocalDate firstDay) {
    this.company = company;
    noise = new Noise(seed, "reports " + company.symbol());
    jumpScale = 0.045 * company.annualVolatility() / 0.18;
    peTarget = Math.clamp(noise.logNormal(18, 0.35), 6, 60);
    psTarget = Math.clamp(noise.logNormal(2.2, 0.5), 0.3, 15);
    payout = noise.chance(0.7) ? noise.uniform(0.1, 0.6) : 0;
    earningsSign = noise.chance(0.07) ? -0.5 : 1;
    delayDays = 18 + noise.below(27);
    expectedEarnings = company.startPrice() / (QUARTERS * peTarget);
    revenue = company.startPrice() / (QUARTERS * psTarget);
    bookValue = company.startPrice() / Math.clamp(noise.logNormal(3, 0.5), 0.5, 15);
    Arrays.fill(earnings, earningsSign * expectedEarnings);
    periodEnd = quarterEndBefore(firstDay.minusDays(DELAY_DAYS_MAX));
    reportDay = reportDayOf(periodEnd);
    lastPeriod = quarterEndBefore(periodEnd);
  }

  private record Restatement(LocalDate day, LocalDate periodEnd, double share) {}

  /** Publishes what became known between two trading days and moves the stock's next open. */
  void publish(LocalDate previousDay, Stock stock, Consumer<MarketEvent> out) {
    restate(previousDay, stock, out);
    while (!reportDay.isAfter(previousDay)) {
      double surprise = closeQuarter(stock.close());
      out.accept(known(reportDay, periodEnd, stock.close()));
      if (reportDay.equals(previousDay)) {
        double jump = jumpScale * (0.6 * surprise + 0.8 * noise.student(MarketFactors.DEGREES));
        stock.report(Math.clamp(jump, -JUMP_MAX, JUMP_MAX), noise.uniform(0.7, 1.3));
      }
      if (noise.chance(RESTATEMENT_CHANCE)) {
        LocalDate day = TradingCalendar.atOrAfter(reportDay.plusDays(7 + noise.below(24)));
        restatement = new Restatement(day, periodEnd, noise.uniform(0.03, 0.2));
      }
      periodEnd = quarterEndBefore(periodEnd.plusDays(100));
      reportDay = reportDayOf(periodEnd);
      // Of reports from before the first bar several are published in one call.
      restate(previousDay, stock, out);
    }
  }

  private void restate(LocalDate previousDay, Stock stock, Consumer<MarketEvent> out) {
    Restatement due = restatement;
    if (due != null && !due.day().isAfter(previousDay)) {
      restatement = null;
      earnings[QUARTERS - 1] *= 1 - due.share();
      out.accept(known(due.day(), due.periodEnd(), stock.close()));
      if (due.day().equals(previousDay)) {
        stock.report(-RESTATEMENT_JUMP * jumpScale * due.share(), 0.3);
      }
    }
  }

  /** Books a quarter at a price and returns the surprise in standard deviations. */
  private double closeQuarter(double price) {
    double surprise = noise.student(MarketFactors.DEGREES);
    expectedEarnings *= catchUp(price / (QUARTERS * peTarget), expectedEarnings);
    revenue *= catchUp(price / (QUARTERS * psTarget), revenue) * (1 + 0.02 * noise.gaussian());
    double quarter = earningsSign * expectedEarnings * (1 + 0.12 * earningsSign * surprise);
    System.arraycopy(earnings, 1, earnings, 0, QUARTERS - 1);
    earnings[QUARTERS - 1] = quarter;
    bookValue = Math.max(0.5, bookValue + quarter - payout * Math.max(quarter, 0));
    return surprise;
  }

  private static double catchUp(double implied, double actual) {
    return StrictMath.exp(0.25 * Math.clamp(StrictMath.log(implied / actual), -0.5, 0.5));
  }

  /** The newest period's figures at another price: what a data vendor sends during the session. */
  MarketEvent ratiosAt(long millis, double price) {
    return known(millis, lastPeriod, price);
  }

  private MarketEvent known(LocalDate day, LocalDate period, double price) {
    lastPeriod = period.isAfter(lastPeriod) ? period : lastPeriod;
    return known(TradingCalendar.startMillis(day) + REPORT_MILLIS, period, price);
  }

  private MarketEvent known(long knownAt, LocalDate period, double price) {
    double yearEarnings = Rounding.to(2, earnings[0] + earnings[1] + earnings[2] + earnings[3]);
    double yearRevenue = QUARTERS * revenue;
    double shares = company.sharesOutstanding();
    double book = Rounding.to(3, bookValue);
    Map<String, Double> values = new LinkedHashMap<>();
    if (yearEarnings > 0) {
      values.put("pe_ratio", Rounding.to(2, price / yearEarnings));
    }
    values.put("dividend_yield", Rounding.to(4, payout * Math.max(yearEarnings, 0) / price));
    values.put("eps", yearEarnings);
    values.put("book_value", book);
    values.put("market_cap", millions(price * shares));
    values.put("ebitda", millions((1.6 * yearEarnings + 0.05 * yearRevenue) * shares));
    values.put("ps_ratio", Rounding.to(2, price / yearRevenue));
    values.put("pb_ratio", Rounding.to(2, price / book));
    return new MarketEvent.Known(
        new Fundamentals(company.symbol(), knownAt, TradingCalendar.startMillis(period), values));
  }

  private static double millions(double value) {
    return Rounding.to(0, value / 1e6) * 1e6;
  }

  private LocalDate reportDayOf(LocalDate period) {
    return TradingCalendar.atOrAfter(period.plusDays(delayDays + noise.below(4)));
  }

  /** The last day of the last calendar quarter that ended before a date. */
  private static LocalDate quarterEndBefore(LocalDate date) {
    int firstMonth = (date.getMonthValue() - 1) / 3 * 3 + 1;
    return LocalDate.of(date.getYear(), firstMonth, 1).minusDays(1);
  }
}
