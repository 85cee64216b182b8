package io.vfr.chaos.harness;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.SentimentObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Everything that a load says, as a function of the seed: side inputs for all days, then prices
 * without end: daily bars of the past, then ticks, symbol by symbol, twelve a day. Prices of a
 * symbol are in the order of their times, which are unique.
 */
public final class MarketPlan {
  private static final long START = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long QUARTER = 91 * DAY;
  private static final int TICKS_A_DAY = 12;

  /** Days with ticks that have side inputs of their own; those after them see the last ones. */
  private static final int LIVE_DAYS = 120;

  private static final double TICK_DEVIATION = 2e-3;

  private final int historyBars;
  private final Random random;
  private final double[] prices;
  private final double[] deviations;
  private final long[] lastMillis;
  private final List<MacroValue> macro = new ArrayList<>();
  private final List<Fundamentals> fundamentals = new ArrayList<>();
  private final List<SentimentObservation> sentiment = new ArrayList<>();
  private long next;

  /** A plan. */
  public MarketPlan(long seed, int symbols, int historyBars) {
    this.historyBars = historyBars;
    random = new Random(seed);
    prices = random.doubles(symbols, 20, 200).toArray();
    deviations = random.doubles(symbols, 0.01, 0.03).toArray();
    lastMillis = new long[symbols];
    planMacro();
    for (int i = 0; i < symbols; i++) {
      planFundamentals(symbol(i));
      planSentiment(symbol(i));
    }
  }

  /** The name of a symbol. */
  public static String symbol(int index) {
    return "CHAOS" + index;
  }

  private void planMacro() {
    double vix = 17;
    double benchmark = 4000;
    for (int day = 0; day < historyBars + LIVE_DAYS; day++) {
      long ts = START + day * DAY + DAY / 3 + random.nextInt(1_000_000);
      vix = Math.max(9, vix * Math.exp(0.05 * random.nextGaussian()));
      benchmark *= Math.exp(0.01 * random.nextGaussian());
      macro.add(new MacroValue("vix", ts, vix));
      macro.add(new MacroValue("benchmark", ts, benchmark));
      macro.add(new MacroValue("dgs10", ts, 4 + 0.1 * random.nextGaussian()));
      macro.add(new MacroValue("dgs2", ts, 3.8 + 0.1 * random.nextGaussian()));
    }
  }

  /** A report a quarter; some are restated while the next one is not out yet. */
  private void planFundamentals(String symbol) {
    long last = START + (historyBars + LIVE_DAYS) * DAY;
    for (long end = START - QUARTER; end + 20 * DAY < last; end += QUARTER) {
      long knownAt = end + 20 * DAY + random.nextInt(1_000_000_000);
      fundamentals.add(report(symbol, knownAt, end));
      if (random.nextInt(3) == 0) {
        fundamentals.add(report(symbol, knownAt + 30 * DAY, end));
      }
    }
  }

  private Fundamentals report(String symbol, long knownAt, long periodEnd) {
    return new Fundamentals(
        symbol,
        knownAt,
        periodEnd,
        Map.of(
            "pe_ratio", 5 + 30 * random.nextDouble(), "debt_to_equity", 2 * random.nextDouble()));
  }

  private void planSentiment(String symbol) {
    for (int day = historyBars - 2; day < historyBars + LIVE_DAYS; day++) {
      for (String source : List.of("news", "reddit")) {
        if (random.nextInt(3) == 0) {
          sentiment.add(
              new SentimentObservation(
                  symbol,
                  START + day * DAY + random.nextInt((int) DAY),
                  source,
                  random.nextDouble(),
                  random.nextDouble(),
                  random.nextInt(20)));
        }
      }
    }
  }

  /** The names of all symbols. */
  public List<String> symbols() {
    return IntStream.range(0, prices.length).mapToObj(MarketPlan::symbol).toList();
  }

  /** All values of macro series. */
  public List<MacroValue> macro() {
    return List.copyOf(macro);
  }

  /** All reports. */
  public List<Fundamentals> fundamentals() {
    return List.copyOf(fundamentals);
  }

  /** All observations. */
  public List<SentimentObservation> sentiment() {
    return List.copyOf(sentiment);
  }

  /** How many prices there are before the first tick. */
  public long historyEvents() {
    return (long) historyBars * prices.length;
  }

  /** The next price. */
  public PriceEvent next() {
    int i = (int) (next % prices.length);
    int round = Math.toIntExact(next / prices.length);
    next++;
    return round < historyBars ? bar(i, round) : tick(i, round - historyBars);
  }

  private PriceBar bar(int i, int day) {
    double open = rounded(prices[i] * Math.exp(deviations[i] / 3 * random.nextGaussian()));
    double close = rounded(open * Math.exp(deviations[i] * random.nextGaussian()));
    double high = rounded(Math.max(open, close) * (1 + deviations[i] / 2 * random.nextDouble()));
    double low = rounded(Math.min(open, close) * (1 - deviations[i] / 2 * random.nextDouble()));
    prices[i] = close;
    lastMillis[i] = START + day * DAY;
    return new PriceBar(
        symbol(i),
        lastMillis[i],
        open,
        Math.max(high, Math.max(open, close)),
        Math.min(low, Math.min(open, close)),
        close,
        Math.rint(1e6 * Math.exp(0.4 * random.nextGaussian())),
        null);
  }

  private PriceTick tick(int i, int round) {
    int day = historyBars + round / TICKS_A_DAY;
    long step = DAY / (TICKS_A_DAY + 1);
    prices[i] = Math.max(1, prices[i] * Math.exp(TICK_DEVIATION * random.nextGaussian()));
    lastMillis[i] =
        START + day * DAY + (round % TICKS_A_DAY) * step + 1 + random.nextInt((int) step / 2);
    return new PriceTick(
        symbol(i), lastMillis[i], rounded(prices[i]), 10_000 + random.nextInt(150_000));
  }

  private static double rounded(double price) {
    return Math.rint(price * 1e4) / 1e4;
  }
}
