package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.SentimentObservation;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.FeaturesConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fundamentals, sentiment and macro as of the event: never what was known later, and whatever the
 * order of arrival.
 */
class AsOfTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long T = 1_700_000_000_000L / DAY * DAY;

  @TempDir private Path directory;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(TestConfigs.daily(directory));
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  @Test
  void fundamentals_newestPeriodKnownAtT_newestRestatementWins() {
    fundamentals(T, T - 90 * DAY, Map.of("pe_ratio", 10.0));
    fundamentals(T + 10 * DAY, T - 90 * DAY, Map.of("pe_ratio", 11.0));
    fundamentals(T + 5 * DAY, T, Map.of("pe_ratio", 20.0));
    fundamentals(T + 20 * DAY, T - 90 * DAY, Map.of("pe_ratio", 99.0));

    assertThat(at(T - 1 * DAY, "pe_ratio")).isNaN();
    assertThat(at(T, "pe_ratio")).isEqualTo(10.0);
    assertThat(at(T + 4 * DAY, "pe_ratio")).isEqualTo(10.0);
    assertThat(at(T + 5 * DAY, "pe_ratio")).isEqualTo(20.0);
    assertThat(at(T + 12 * DAY, "pe_ratio")).isEqualTo(20.0);
    assertThat(at(T + 30 * DAY, "pe_ratio")).isEqualTo(20.0);
    assertThat(at(T + 31 * DAY, "fundamentals_age_days")).isEqualTo(26.0);
  }

  @Test
  void restatement_isSeenFromItsPublicationOn() {
    fundamentals(T, T - 90 * DAY, Map.of("pe_ratio", 10.0, "eps", 1.0));
    fundamentals(T + 10 * DAY, T - 90 * DAY, Map.of("pe_ratio", 11.0));

    assertThat(at(T + 9 * DAY, "pe_ratio")).isEqualTo(10.0);
    FeatureValues restated = bar(T + 10 * DAY);
    assertThat(value(restated, "pe_ratio")).isEqualTo(11.0);
    assertThat(value(restated, "eps")).isNaN();
  }

  @Test
  void fundamentals_thatNameAComputedFeature_areIgnoredAndCounted() {
    fundamentals(T, T, Map.of("sma_14", 7.0, "news_sentiment", 0.9, "pe_ratio", 3.0));

    FeatureValues values = bar(T);
    assertThat(value(values, "sma_14")).isNaN();
    assertThat(value(values, "news_sentiment")).isEqualTo(0.5);
    assertThat(value(values, "pe_ratio")).isEqualTo(3.0);
    assertThat(pipeline.count("vfr.features.shadowed.names")).isEqualTo(2);
  }

  @Test
  void sentiment_isWeightedByConfidenceAndMentions() {
    sentiment(T - 120 * MINUTE, "news", 0.9, 0.5, 10);
    sentiment(T - 60 * MINUTE, "news", 0.3, 1.0, 15);
    sentiment(T - 60 * MINUTE, "reddit", 0.6, 0.4, 100);

    FeatureValues values = bar(T);
    double news = (5 * 0.9 + 15 * 0.3) / 20;
    assertThat(value(values, "news_sentiment")).isEqualTo(news, within(1e-12));
    assertThat(value(values, "news_confidence"))
        .isEqualTo((5 * 0.5 + 15 * 1.0) / 20, within(1e-12));
    assertThat(value(values, "news_mentions")).isEqualTo(25);
    assertThat(value(values, "reddit_sentiment")).isEqualTo(0.6, within(1e-12));
    assertThat(value(values, "combined_sentiment"))
        .isEqualTo(0.7 * news + 0.3 * 0.6, within(1e-12));
    assertThat(value(values, "sentiment_age_minutes")).isEqualTo(60);
  }

  @Test
  void sentiment_withoutData_isNeutralAndListedAsImputed() {
    sentiment(T, "reddit", 0.6, 0.4, 100);

    FeatureValues values = bar(T);
    Prediction prediction = pipeline.predictions().getLast();
    assertThat(value(values, "news_sentiment")).isEqualTo(0.5);
    assertThat(value(values, "news_confidence")).isEqualTo(0.1);
    assertThat(value(values, "news_mentions")).isEqualTo(0);
    assertThat(prediction.features().imputed())
        .containsExactly("news_sentiment", "news_confidence", "news_mentions");
  }

  @Test
  void sentiment_ofTheFuture_isNotSeen_evenIfItArrivedFirst() {
    sentiment(T + 10 * MINUTE, "news", 1.0, 1.0, 1000);
    sentiment(T + 2 * MINUTE, "news", 0.2, 1.0, 1);

    assertThat(tick(T + 1 * MINUTE, "news_sentiment")).isEqualTo(0.5);
    assertThat(tick(T + 2 * MINUTE, "news_sentiment")).isEqualTo(0.2);
    assertThat(tick(T + 9 * MINUTE, "news_mentions")).isEqualTo(1);
    assertThat(tick(T + 10 * MINUTE, "news_mentions")).isEqualTo(1001);
  }

  @Test
  void sentiment_leavesTheWindowHopByHop_andMomentumLooksOneHopBack() {
    sentiment(T, "news", 1.0, 1.0, 1);
    long window = Duration.ofHours(24).toMillis();

    assertThat(tick(T + window - 16 * MINUTE, "news_mentions")).isEqualTo(1);
    assertThat(tick(T + window - 1, "news_mentions")).isEqualTo(1);
    FeatureValues after = tickVector(T + window);
    assertThat(value(after, "news_mentions")).isEqualTo(0);
    assertThat(value(after, "sentiment_momentum")).isEqualTo(0.7 * (0.5 - 1.0), within(1e-12));
    assertThat(value(after, "sentiment_age_minutes")).isEqualTo(24 * 60);
  }

  @Test
  void sentiment_twice_countsOnce() {
    sentiment(T, "news", 0.8, 0.5, 4);
    sentiment(T, "news", 0.8, 0.5, 4);
    sentiment(T, "news", 0.8, 0.5, 5);

    assertThat(at(T, "news_mentions")).isEqualTo(9);
  }

  @Test
  void sentiment_ofAnUnconfiguredSource_isAcceptedAndCounted() {
    sentiment(T, "twitter", 0.8, 0.5, 4);

    assertThat(value(bar(T), "combined_sentiment")).isEqualTo(0.5);
    assertThat(pipeline.count("vfr.features.unconfigured.sources")).isEqualTo(1);
    assertThat(pipeline.count("vfr.records.accepted", "topic", "vfr.sentiment")).isEqualTo(1);
  }

  @Test
  void macro_isAsOfTheEvent_andReachesEverySymbol() {
    pipeline.macro(new MacroValue("dgs10", T, 4.0));
    pipeline.macro(new MacroValue("dgs2", T + DAY, 3.5));
    pipeline.macro(new MacroValue("dgs10", T + 2 * DAY, 4.5));

    FeatureValues first = bar(T);
    assertThat(value(first, "dgs10")).isEqualTo(4.0);
    assertThat(value(first, "yield_curve_10y_2y")).isNaN();
    assertThat(at(T + DAY, "yield_curve_10y_2y")).isEqualTo(0.5);
    assertThat(at(T + 2 * DAY, "yield_curve_10y_2y")).isEqualTo(1.0);
    pipeline.price(new PriceBar("ZZZ", T + DAY, 1, 1, 1, 1, 1, null));
    assertThat(value(pipeline.features().getLast(), "dgs10")).isEqualTo(4.0);
  }

  @Test
  void benchmark_drivesTheRelativeFeatures() {
    for (int i = 0; i < 70; i++) {
      double level = 1000 * Math.exp(0.01 * Math.sin(i));
      pipeline.macro(new MacroValue("benchmark", T + i * DAY, level));
      double close = level / 10;
      pipeline.price(
          new PriceBar("AAA", T + i * DAY, close, close * 1.01, close * 0.99, close, 100, null));
    }
    FeatureValues last = pipeline.features().getLast();
    assertThat(value(last, "beta_60d")).isEqualTo(1.0, within(1e-9));
    assertThat(value(last, "correlation_to_benchmark_20d")).isEqualTo(1.0, within(1e-9));
    assertThat(value(last, "benchmark_momentum_5d"))
        .isEqualTo(value(last, "price_momentum_5d"), within(1e-9));
  }

  @Test
  void whatOtherSymbolsBring_leavesNoTraceInAVector() {
    FeatureValues alone = bar(T);
    pipeline.fundamentals(new Fundamentals("ZZZ", T, T, Map.of("odd_ratio", 1.0)));
    FeatureValues beside = bar(T);
    assertThat(beside).isEqualTo(alone);
  }

  @Test
  void openNamesBeyondTheCap_areCountedAndNothingElseSuffers() {
    pipeline.close();
    AppConfig daily = TestConfigs.daily(directory.resolve("capped"));
    pipeline =
        new Pipeline(
            TestConfigs.with(
                daily, new FeaturesConfig(true, 10, 0, Duration.ofDays(180), Duration.ofDays(7))));
    fundamentals(T, T, Map.of("pe_ratio", 3.0));
    pipeline.macro(new MacroValue("vix", T, 20));
    FeatureValues values = bar(T);
    assertThat(value(values, "news_sentiment")).isEqualTo(0.5);
    assertThat(value(values, "pe_ratio")).isNaN();
    assertThat(value(values, "fundamentals_age_days")).isZero();
    assertThat(pipeline.count("vfr.features.dropped.names")).isEqualTo(2);
  }

  private void fundamentals(long knownAt, long periodEnd, Map<String, Double> values) {
    pipeline.fundamentals(new Fundamentals("AAA", knownAt, periodEnd, values));
  }

  private void sentiment(
      long ts, String source, double sentiment, double confidence, long mentions) {
    pipeline.sentiment(
        new SentimentObservation("AAA", ts, source, sentiment, confidence, mentions));
  }

  private double at(long ts, String feature) {
    return value(bar(ts), feature);
  }

  private FeatureValues bar(long ts) {
    pipeline.price(new PriceBar("AAA", ts, 10, 11, 9, 10, 100, null));
    return pipeline.features().getLast();
  }

  private double tick(long ts, String feature) {
    return value(tickVector(ts), feature);
  }

  private FeatureValues tickVector(long ts) {
    pipeline.price(new PriceTick("AAA", ts, 10, 1));
    return pipeline.features().getLast();
  }

  private static double value(FeatureValues values, String name) {
    int index = values.names().indexOf(name);
    return index < 0 ? Double.NaN : values.value(index);
  }
}
