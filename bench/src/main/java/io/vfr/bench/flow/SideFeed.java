package io.vfr.bench.flow;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The other inputs of the days of a {@link PriceFeed}, in their order, the same for the same seed.
 * What is known an hour before a day's bars: four macro series a day, one of them the benchmark;
 * what was said of a symbol, once in {@link #SENTIMENT_DAYS} days, by turns in the news and on
 * Reddit; and a company's figures once in {@link #FUNDAMENTALS_DAYS} days. The real data that the
 * models are trained on (docs/models.md) have 0.11 observations, 0.03 reports and 0.02 macro values
 * for each daily bar.
 */
final class SideFeed {
  static final int SENTIMENT_DAYS = 5;
  static final int FUNDAMENTALS_DAYS = 60;
  private static final List<String> SERIES = List.of("benchmark", "dgs10", "dgs2", "vix");
  private static final List<String> FIGURES =
      List.of(
          "pe_ratio",
          "price_to_book",
          "dividend_yield",
          "debt_to_equity",
          "return_on_equity",
          "revenue_growth");
  private static final double[] LEVELS = {4000, 4, 3.5, 18};
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long PERIOD = Duration.ofDays(30).toMillis();

  private final int symbols;
  private final Random random;
  private final double[] levels = LEVELS.clone();

  SideFeed(int symbols, long seed) {
    this.symbols = symbols;
    random = new Random(seed);
  }

  /** How many records all days have together. */
  static long records(int symbols, int days) {
    long records = (long) SERIES.size() * days;
    for (int symbol = 0; symbol < symbols; symbol++) {
      records += turns(symbol, days, SENTIMENT_DAYS) + turns(symbol, days, FUNDAMENTALS_DAYS);
    }
    return records;
  }

  /** On how many of the days a symbol has its turn. */
  private static long turns(int symbol, int days, int every) {
    return (days + symbol % every) / every;
  }

  private static boolean hasTurn(int symbol, long day, int every) {
    return (day + 1 + symbol % every) % every == 0;
  }

  /**
   * What is known before a day's bars; days are asked for one after the other.
   *
   * @param day from 0 on
   * @param midnight the day's begin, epoch milliseconds, which is its bars' time
   */
  void day(long day, long midnight, Consumer<ProducerRecord<String, byte[]>> out) {
    long known = midnight - HOUR;
    for (int series = 0; series < levels.length; series++) {
      levels[series] *= Math.exp(0.01 * random.nextGaussian());
      MacroValue value = new MacroValue(SERIES.get(series), known, levels[series]);
      out.accept(record(Topics.MACRO.name(), value.series(), Codecs.MACRO.write(value)));
    }
    for (int number = 0; number < symbols; number++) {
      String symbol = PriceFeed.symbol(number);
      if (hasTurn(number, day, SENTIMENT_DAYS)) {
        SentimentObservation said =
            new SentimentObservation(
                symbol,
                known,
                day / SENTIMENT_DAYS % 2 == 0 ? "news" : "reddit",
                random.nextDouble(),
                random.nextDouble(),
                1 + random.nextInt(20));
        out.accept(record(Topics.SENTIMENT.name(), symbol, Codecs.SENTIMENT.write(said)));
      }
      if (hasTurn(number, day, FUNDAMENTALS_DAYS)) {
        Fundamentals report =
            new Fundamentals(
                symbol, known, Math.max(Bounds.TIMESTAMP_MIN, known - PERIOD), figures());
        out.accept(record(Topics.FUNDAMENTALS.name(), symbol, Codecs.FUNDAMENTALS.write(report)));
      }
    }
  }

  private Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    FIGURES.forEach(name -> figures.put(name, 20 * random.nextDouble()));
    return figures;
  }

  private static ProducerRecord<String, byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, key, value);
  }
}
