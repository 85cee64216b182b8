package io.vfr.streams.cli.demo.feed;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The live session of a simulated market: trades of all companies, some sentiment, some
 * fundamentals, some macro values, with the clock's time.
 *
 * <p>A session's volatility and volume pass in {@value #SESSION_MILLIS} ms, so that a demo of
 * seconds shows a market that moves. Every log price is an Ornstein-Uhlenbeck process around its
 * open with a day's standard deviation: over seconds it walks randomly, over hours it stays in
 * reach. Companies move together through the market's and their sector's process. Not thread-safe.
 */
public final class LiveMarket {
  /** How long one session's worth of volatility takes, milliseconds. */
  static final long SESSION_MILLIS = 300_000;

  private static final double MACRO_SHARE = 0.01;
  private static final double SENTIMENT_SHARE = 0.03;
  private static final double FUNDAMENTALS_SHARE = 0.005;
  private static final double HALF_SPREAD = 0.0001;

  /** Share of a day's volume that changes hands in the opening auction. */
  private static final double AUCTION_SHARE = 0.02;

  private final MarketSimulator market;
  private final InstantSource clock;
  private final double eventsPerSecond;
  private final Noise noise;
  private final long startMillis;
  private final Path marketPath;
  private final List<Path> sectorPaths = new ArrayList<>();
  private final List<Path> ownPaths = new ArrayList<>();
  private final double[] logOpens;
  private final double[] prices;
  private final double[] information;
  private final int[] order;
  private final double lastCapitalisation;
  private double capitalisation;
  private long issued;
  private long lastMillis;

  LiveMarket(MarketSimulator market, InstantSource clock, double eventsPerSecond) {
    if (!(eventsPerSecond > 0) || eventsPerSecond > 1e6) {
      throw new IllegalArgumentException(
          "eventsPerSecond must be above 0 and at most 1000000, got " + eventsPerSecond);
    }
    this.market = market;
    this.clock = clock;
    this.eventsPerSecond = eventsPerSecond;
    noise = new Noise(market.config().seed(), "live");
    startMillis = clock.millis();
    if (startMillis < TradingCalendar.startMillis(market.config().today())) {
      throw new IllegalArgumentException(
          "the live session of "
              + market.config().today()
              + " cannot begin on "
              + clock.instant()
              + ", which is before it");
    }
    lastMillis = startMillis;
    MarketFactors factors = market.factors();
    marketPath = new Path(factors.market().nextDeviation(), startMillis);
    for (int i = 0; i < Company.SECTORS.size(); i++) {
      sectorPaths.add(new Path(factors.sector(i).nextDeviation(), startMillis));
    }
    int count = market.stocks().size();
    logOpens = new double[count];
    prices = new double[count];
    information = new double[count];
    order = new int[count];
    double overnight = StrictMath.sqrt(MarketFactors.OVERNIGHT_SHARE);
    double marketGap = overnight * marketPath.deviation * noise.student(MarketFactors.DEGREES);
    for (int i = 0; i < count; i++) {
      Stock stock = market.stocks().get(i);
      Path own = new Path(stock.nextOwnDeviation(), startMillis);
      own.target = stock.leadReturn();
      ownPaths.add(own);
      double ownGap = overnight * own.deviation * noise.student(MarketFactors.DEGREES);
      logOpens[i] =
          stock.logClose() + stock.openJump() + stock.company().beta() * marketGap + ownGap;
      prices[i] = stock.close();
      information[i] = stock.information();
      order[i] = i;
    }
    lastCapitalisation = market.capitalisation();
    capitalisation = lastCapitalisation;
  }

  /**
   * The next event, with the clock's present time. The first events are one trade of every company;
   * later ones are trades of the companies in ever new orders, and now and then a sentiment
   * observation, a company's ratios or a macro value.
   */
  public FeedRecord next() {
    return FeedRecord.of(event(clock.millis()));
  }

  /**
   * The events that have become due by the clock since the session began, at the session's rate and
   * each with the time at which it became due, oldest first.
   *
   * @param max at most so many; the rest stays due
   */
  public List<FeedRecord> due(int max) {
    long now = clock.millis();
    List<FeedRecord> due = new ArrayList<>();
    while (due.size() < max) {
      long dueMillis = startMillis + (long) (issued * 1000 / eventsPerSecond);
      if (dueMillis > now) {
        break;
      }
      due.add(FeedRecord.of(event(dueMillis)));
    }
    return due;
  }

  /** How many events have been issued. */
  public long issued() {
    return issued;
  }

  private MarketEvent event(long millis) {
    lastMillis = Math.max(lastMillis, millis);
    boolean opening = issued < order.length;
    int turn = (int) (issued % order.length);
    issued++;
    double kind = opening ? 1 : noise.uniform();
    if (kind < MACRO_SHARE) {
      return macro();
    }
    if (kind < MACRO_SHARE + SENTIMENT_SHARE) {
      return sentiment(noise.below(order.length));
    }
    if (kind < MACRO_SHARE + SENTIMENT_SHARE + FUNDAMENTALS_SHARE) {
      return fundamentals(noise.below(order.length));
    }
    if (turn == 0) {
      shuffle();
    }
    return tick(order[turn], opening);
  }

  private MarketEvent tick(int index, boolean opening) {
    Stock stock = market.stocks().get(index);
    Company company = stock.company();
    Path own = ownPaths.get(index);
    double elapsed = (lastMillis - own.atMillis) / (double) SESSION_MILLIS;
    double log = logOpens[index] + companyReturn(index);
    double side = noise.chance(0.5) ? HALF_SPREAD : -HALF_SPREAD;
    double price = Rounding.price(StrictMath.exp(log + side));
    capitalisation += company.sharesOutstanding() * (price - prices[index]);
    prices[index] = price;
    double share = opening ? AUCTION_SHARE : Math.min(elapsed, 1);
    double size = Math.max(1, Math.rint(noise.logNormal(company.dailyVolume() * share, 0.6)));
    return MarketEvent.Priced.tick(company.symbol(), lastMillis, price, size);
  }

  private MarketEvent sentiment(int index) {
    Stock stock = market.stocks().get(index);
    information[index] = 0.7 * information[index] + 0.7 * noise.gaussian();
    Path own = ownPaths.get(index);
    double standardReturn = companyReturn(index) / stock.lastDeviation();
    own.target = market.config().leadCoefficient() * own.deviation * information[index];
    return market.flows().get(index).observe(lastMillis, information[index], standardReturn);
  }

  private MarketEvent fundamentals(int index) {
    return market.reports().get(index).ratiosAt(lastMillis, prices[index]);
  }

  private MarketEvent macro() {
    return noise.chance(0.5)
        ? MarketEvent.Macro.of(
            MacroModel.VIX,
            lastMillis,
            market.macro().vix(market.factors(), marketPath.moveTo(lastMillis, noise)))
        : MarketEvent.Macro.of(
            MacroModel.BENCHMARK,
            lastMillis,
            market.indexLevel(capitalisation / lastCapitalisation));
  }

  /** Log return since the open, at the last event's time. */
  private double companyReturn(int index) {
    Company company = market.stocks().get(index).company();
    return company.beta() * marketPath.moveTo(lastMillis, noise)
        + company.sectorLoading() * sectorPaths.get(company.sector()).moveTo(lastMillis, noise)
        + ownPaths.get(index).moveTo(lastMillis, noise);
  }

  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int j = noise.below(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** An Ornstein-Uhlenbeck process that is advanced when it is looked at. */
  private static final class Path {
    private final double deviation;
    private double target;
    private double value;
    private long atMillis;

    Path(double deviation, long atMillis) {
      this.deviation = deviation;
      this.atMillis = atMillis;
    }

    double moveTo(long millis, Noise noise) {
      if (millis > atMillis) {
        double decay = StrictMath.exp(-(millis - atMillis) / (double) SESSION_MILLIS);
        double shock = StrictMath.sqrt(1 - decay * decay) * noise.gaussian();
        value = target + (value - target) * decay + deviation * shock;
        atMillis = millis;
      }
      return value;
    }
  }
}
