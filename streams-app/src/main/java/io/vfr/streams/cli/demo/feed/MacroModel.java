package io.vfr.streams.cli.demo.feed;

import java.time.LocalDate;
import java.util.function.Consumer;

/**
 * Macro series of the simulated economy: {@code vix} from the market factor's conditional
 * volatility, Treasury yields {@code dgs2} and {@code dgs10} as correlated mean-reverting
 * processes, and {@code fedfunds} in steps of a quarter point behind the two-year yield.
 */
final class MacroModel {
  static final String VIX = "vix";
  static final String BENCHMARK = "benchmark";

  /** Closing values are published 45 minutes after the close. */
  private static final long PUBLISHED_MILLIS =
      TradingCalendar.CLOSE_MILLIS + 3 * TradingCalendar.HOUR_MILLIS / 4;

  /** Implied volatility stands above what is realised, on average. */
  private static final double RISK_PREMIUM = 1.1;

  /** By how many percent the index falls when the market rises by one percent in a session. */
  private static final double LEVERAGE = 4;

  private static final int DECISION_DAYS = 30;
  private static final double YIELD_MIN = 0.05;

  private final Noise noise;
  private double twoYear = 4.0;
  private double tenYear = 4.3;
  private double policyRate = 4.08;
  private int day;

  MacroModel(long seed) {
    noise = new Noise(seed, "macro");
  }

  /** Emits the values that a trading day's evening brings. */
  void close(LocalDate tradingDay, MarketFactors factors, Consumer<MarketEvent> out) {
    long ts = TradingCalendar.startMillis(tradingDay) + PUBLISHED_MILLIS;
    double common = noise.gaussian();
    twoYear = next(twoYear, 3.8, 0.7 * common + 0.71 * noise.gaussian());
    tenYear = next(tenYear, 4.3, 0.7 * common + 0.71 * noise.gaussian());
    out.accept(MarketEvent.Macro.of(VIX, ts, vix(factors, 0)));
    out.accept(MarketEvent.Macro.of("dgs2", ts, Rounding.to(2, twoYear)));
    out.accept(MarketEvent.Macro.of("dgs10", ts, Rounding.to(2, tenYear)));
    if (day % DECISION_DAYS == 0) {
      double gap = twoYear - policyRate;
      policyRate += Math.abs(gap) < 0.3 ? 0 : Math.copySign(0.25, gap);
      policyRate = Math.max(policyRate, 0.08);
      out.accept(MarketEvent.Macro.of("fedfunds", ts, Rounding.to(2, policyRate)));
    }
    day++;
  }

  /**
   * The volatility index of a moment, in percent a year.
   *
   * @param marketReturn log return of the market since the last close; the index falls when the
   *     market rises
   */
  double vix(MarketFactors factors, double marketReturn) {
    double annual =
        factors.market().nextDeviation() * StrictMath.sqrt(VolatilityProcess.TRADING_DAYS);
    double log = 0.03 * noise.gaussian() - LEVERAGE * marketReturn;
    double quoted = 100 * RISK_PREMIUM * annual * StrictMath.exp(log);
    return Rounding.to(2, Math.clamp(quoted, 8.5, 95));
  }

  private static double next(double value, double mean, double shock) {
    return Math.max(YIELD_MIN, value + 0.004 * (mean - value) + 0.05 * shock);
  }
}
