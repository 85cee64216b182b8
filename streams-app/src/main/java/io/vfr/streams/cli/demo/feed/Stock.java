package io.vfr.streams.cli.demo.feed;

import io.vfr.streams.cli.demo.feed.MarketFactors.Factor;
import java.time.LocalDate;

/**
 * The price and volume of one company, day by day.
 *
 * <p>A day's log return = drift + β·market + loading·sector + own shock + what leading sentiment
 * said + jumps on company reports. Within the session a Brownian bridge from open to close gives
 * high and low, so that a bar's range fits its volatility.
 */
final class Stock {
  private static final int BRIDGE_STEPS = 26;
  private static final double DAILY_DRIFT = 0.07 / VolatilityProcess.TRADING_DAYS;

  /** Bounds of one session's log return, crashes and take-overs included. */
  private static final double RETURN_MAX = 0.6;

  private final Company company;
  private final Factor own;
  private final Noise path;
  private final double leadCoefficient;
  private double logClose;
  private double volumeDeviation;
  private double lastReturn;
  private double lastDeviation;
  private double pendingJump;
  private double reportAttention;
  private double information;

  Stock(Company company, MarketConfig config) {
    this.company = company;
    this.leadCoefficient = config.leadCoefficient();
    own =
        new Factor(
            new VolatilityProcess(company.annualVolatility(), 0.1, 0.05, 0.82),
            new Noise(config.seed(), "own shocks " + company.symbol()));
    path = new Noise(config.seed(), "path " + company.symbol());
    logClose = StrictMath.log(company.startPrice());
    lastDeviation = company.annualVolatility() / StrictMath.sqrt(VolatilityProcess.TRADING_DAYS);
    drawInformation();
  }

  Company company() {
    return company;
  }

  /** The last close; before the first day the start price. */
  double close() {
    return Rounding.price(StrictMath.exp(logClose));
  }

  /** The last close's logarithm, unrounded. */
  double logClose() {
    return logClose;
  }

  /** The last day's log return in units of that day's standard deviation. */
  double lastStandardReturn() {
    return lastReturn / lastDeviation;
  }

  /** The last day's log return. */
  double lastReturn() {
    return lastReturn;
  }

  /** Standard deviation of the next day's own shock. */
  double nextOwnDeviation() {
    return own.nextDeviation();
  }

  /** What is already knowable about the next session, standard normal. */
  double information() {
    return information;
  }

  /** What the lead adds to the next session's log return. */
  double leadReturn() {
    return leadCoefficient * own.nextDeviation() * information;
  }

  /** What reports since the last close add to the next open's logarithm. */
  double openJump() {
    return pendingJump;
  }

  /** Standard deviation of the last day's return, all factors included. */
  double lastDeviation() {
    return lastDeviation;
  }

  /** Attention that a report adds to the coming day, 0 on other days. */
  double reportAttention() {
    return reportAttention;
  }

  /** Takes up a company report published since the last close: the next open jumps. */
  void report(double logJump, double attention) {
    pendingJump += logJump;
    reportAttention = Math.max(reportAttention, attention);
  }

  /** Trades one day and returns its bar. */
  MarketEvent.Priced trade(LocalDate day, MarketFactors factors) {
    double lead = leadReturn();
    own.step();
    Factor market = factors.market();
    Factor sector = factors.sector(company.sector());
    double beta = company.beta();
    double loading = company.sectorLoading();
    double variance =
        beta * beta * market.variance() + loading * loading * sector.variance() + own.variance();
    lastDeviation = StrictMath.sqrt(variance);
    double overnight =
        DAILY_DRIFT
            - variance / 2
            + beta * market.overnight()
            + loading * sector.overnight()
            + own.overnight()
            + pendingJump;
    double session = beta * market.session() + loading * sector.session() + own.session() + lead;
    overnight = Math.clamp(overnight, -RETURN_MAX, RETURN_MAX);
    session = Math.clamp(session, -RETURN_MAX, RETURN_MAX);
    double logOpen = logClose + overnight;
    lastReturn = overnight + session;
    logClose = logOpen + session;
    MarketEvent.Priced bar =
        bar(
            day,
            logOpen,
            lastDeviation * StrictMath.sqrt(1 - MarketFactors.OVERNIGHT_SHARE),
            volume(market));
    pendingJump = 0;
    reportAttention *= 0.35;
    drawInformation();
    return bar;
  }

  private MarketEvent.Priced bar(
      LocalDate day, double logOpen, double sessionDeviation, double volume) {
    double high = Math.max(logOpen, logClose);
    double low = Math.min(logOpen, logClose);
    double stepDeviation = sessionDeviation / StrictMath.sqrt(BRIDGE_STEPS);
    double at = logOpen;
    for (int left = BRIDGE_STEPS; left > 1; left--) {
      double towardsClose = (logClose - at) / left;
      at += towardsClose + stepDeviation * StrictMath.sqrt((left - 1.0) / left) * path.gaussian();
      high = Math.max(high, at);
      low = Math.min(low, at);
    }
    return MarketEvent.Priced.bar(
        company.symbol(),
        TradingCalendar.startMillis(day),
        Rounding.price(StrictMath.exp(logOpen)),
        Rounding.price(StrictMath.exp(high)),
        Rounding.price(StrictMath.exp(low)),
        Rounding.price(StrictMath.exp(logClose)),
        volume);
  }

  private double volume(Factor market) {
    double surprise = Math.min(Math.abs(lastStandardReturn()), 4) - 0.8;
    double marketShock =
        Math.abs(market.overnight() + market.session()) / StrictMath.sqrt(market.variance());
    volumeDeviation = 0.6 * volumeDeviation + 0.2 * path.gaussian();
    double log =
        volumeDeviation
            + 0.25 * surprise
            + 0.12 * (Math.min(marketShock, 4) - 0.8)
            + reportAttention;
    return Math.max(100, Math.rint(company.dailyVolume() * StrictMath.exp(log)));
  }

  private void drawInformation() {
    information = path.gaussian();
  }
}
