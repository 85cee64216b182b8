package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topics;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No feature at t sees what was known after t: whatever of the future arrives before an event, the
 * event's vector has the same bits as without it.
 */
class LookAheadTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final int DAYS = 90;
  private static final List<String> SYMBOLS = List.of("AAA", "BBB");
  private static final List<String> SERIES = List.of("vix", "dgs10", "dgs2", "benchmark");

  @TempDir private Path directory;

  /** A message and when it was known. */
  private record Known(long time, Object message) {
    boolean isPrice() {
      return message instanceof PriceEvent;
    }

    /** The same message, known so much earlier. */
    Known earlier(long millis) {
      return new Known(
          time - millis,
          switch (message) {
            case Fundamentals f ->
                new Fundamentals(
                    f.symbol(), f.knownAt() - millis, f.periodEnd() - millis, f.values());
            case SentimentObservation s ->
                new SentimentObservation(
                    s.symbol(),
                    s.ts() - millis,
                    s.source(),
                    s.sentiment(),
                    s.confidence(),
                    s.mentions());
            case MacroValue m -> new MacroValue(m.series(), m.ts() - millis, m.value());
            default -> message;
          });
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sideInputsOfTheFuture_arrivingFirst_changeNoBit(long seed) {
    List<Known> market = market(new Random(seed));
    long cut = START + (30 + new Random(seed).nextInt(50)) * DAY + 400 * MINUTE;
    List<Known> past = market.stream().filter(known -> known.time() <= cut).toList();
    List<Known> future =
        market.stream().filter(known -> known.time() > cut && !known.isPrice()).toList();
    assertThat(future).hasSizeGreaterThan(20);

    List<SortedMap<String, Long>> wanted = vectors(past, "past");
    List<Known> futureFirst = new ArrayList<>(future);
    futureFirst.addAll(past);
    assertThat(vectors(futureFirst, "future")).as("seed %d", seed).isEqualTo(wanted);

    // The same messages do change the vectors when they were known in time.
    List<Known> knownInTime =
        new ArrayList<>(future.stream().map(known -> known.earlier(DAYS * DAY)).toList());
    knownInTime.addAll(past);
    assertThat(vectors(knownInTime, "in-time")).as("seed %d", seed).isNotEqualTo(wanted);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void priceOfTheNextBar_arrivingFirst_changesNoBit(long seed) {
    List<PriceBar> bars = bars("AAA", new Random(seed));
    List<SortedMap<String, Long>> wanted =
        vectors(bars.stream().map(bar -> new Known(bar.ts(), bar)).toList(), "ordered");
    for (int late = 0; late + 1 < DAYS; late += 8) {
      try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory.resolve("late-" + late)))) {
        bars.subList(0, late).forEach(pipeline::price);
        pipeline.price(bars.get(late + 1));
        pipeline.price(bars.get(late));
        long ts = bars.get(late).ts();
        assertThat(pipeline.features().stream().filter(values -> values.ts() == ts).findFirst())
            .map(LookAheadTest::known)
            .as("seed %d, bar %d", seed, late)
            .hasValue(wanted.get(late));
      }
    }
  }

  /** One record that claims to be of tomorrow is refused, and nobody's time moves. */
  @Test
  void recordADayAheadOrInAnotherUnit_leavesTheOthersTimeAlone() {
    List<PriceBar> others = bars("BBB", new Random(7));
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      long tomorrow = Pipeline.NOW.toEpochMilli() + DAY;
      pipeline.price(new PriceTick("AAA", tomorrow, 100, 1));
      pipeline.sentiment(new SentimentObservation("AAA", tomorrow, "news", 0.5, 0.5, 1));
      pipeline.macro(new MacroValue("vix", tomorrow, 20));
      pipeline.fundamentals(
          new Fundamentals("AAA", tomorrow, tomorrow - DAY, Map.of("pe_ratio", 1.0)));
      String nanoseconds =
          "{\"symbol\":\"AAA\",\"ts\":%d,\"price\":100,\"size\":1}".formatted(START * 1_000_000);
      pipeline.raw(
          Topics.PRICES,
          "AAA".getBytes(StandardCharsets.UTF_8),
          nanoseconds.getBytes(StandardCharsets.UTF_8));
      assertThat(pipeline.deadLetters())
          .hasSize(5)
          .allSatisfy(letter ->
              assertThat(
                      new String(
                          letter.headers().lastHeader(DeadLetterHeaders.ERROR_CODE).value(),
                          StandardCharsets.UTF_8))
                  .isEqualTo(RejectCode.TIMESTAMP_IN_FUTURE.name()));
      others.forEach(pipeline::price);
      assertThat(pipeline.deadLetters()).isEmpty();
      assertThat(pipeline.predictions()).hasSize(DAYS);
    }
  }

  /** Two symbols in bars and ticks, and all side inputs, in the order in which they were known. */
  private static List<Known> market(Random random) {
    List<Known> market = new ArrayList<>();
    for (String symbol : SYMBOLS) {
      for (PriceBar bar : bars(symbol, random)) {
        market.add(new Known(bar.ts(), bar));
        for (int tick = random.nextInt(4); tick > 0; tick--) {
          long ts = bar.ts() + 1 + random.nextInt((int) DAY - 1);
          market.add(new Known(ts, new PriceTick(symbol, ts, bar.close(), 10)));
        }
      }
      for (int i = 0; i < 40; i++) {
        long knownAt = anyTime(random);
        long periodEnd = START + 30 * DAY * random.nextInt(3) - 100 * DAY;
        market.add(
            new Known(
                knownAt,
                new Fundamentals(
                    symbol, knownAt, periodEnd, Map.of("pe_ratio", 10 + random.nextDouble()))));
      }
      for (int i = 0; i < 300; i++) {
        long ts = anyTime(random);
        market.add(
            new Known(
                ts,
                new SentimentObservation(
                    symbol,
                    ts,
                    random.nextBoolean() ? "news" : "reddit",
                    random.nextDouble(),
                    random.nextDouble(),
                    1 + random.nextInt(9))));
      }
    }
    for (String series : SERIES) {
      for (int i = 0; i < 60; i++) {
        long ts = anyTime(random);
        market.add(new Known(ts, new MacroValue(series, ts, 10 + random.nextDouble())));
      }
    }
    market.sort(Comparator.comparingLong(Known::time).thenComparing(Known::isPrice));
    return market;
  }

  private static long anyTime(Random random) {
    return START + random.nextInt(DAYS * 1440) * MINUTE;
  }

  private static List<PriceBar> bars(String symbol, Random random) {
    List<PriceBar> bars = new ArrayList<>();
    double close = 100;
    for (int day = 0; day < DAYS; day++) {
      double open = close;
      close *= 1 + 0.02 * random.nextGaussian();
      bars.add(
          new PriceBar(
              symbol,
              START + day * DAY,
              open,
              1.01 * Math.max(open, close),
              0.99 * Math.min(open, close),
              close,
              1000 + random.nextInt(1000),
              null));
    }
    return bars;
  }

  /** The vectors of the price events in their order. */
  private List<SortedMap<String, Long>> vectors(List<Known> messages, String name) {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory.resolve(name)))) {
      messages.forEach(known -> send(pipeline, known));
      assertThat(pipeline.deadLetters()).isEmpty();
      return pipeline.features().stream().map(LookAheadTest::known).toList();
    }
  }

  private static void send(Pipeline pipeline, Known known) {
    switch (known.message()) {
      case PriceEvent event -> pipeline.price(event);
      case Fundamentals fundamentals -> pipeline.fundamentals(fundamentals);
      case SentimentObservation observation -> pipeline.sentiment(observation);
      case MacroValue value -> pipeline.macro(value);
      default -> throw new IllegalArgumentException(known.toString());
    }
  }

  /** The bits of what is known; that a name exists is no knowledge. */
  private static SortedMap<String, Long> known(FeatureValues values) {
    SortedMap<String, Long> bits = new TreeMap<>();
    for (int i = 0; i < values.names().size(); i++) {
      if (!Double.isNaN(values.value(i))) {
        bits.put(values.names().get(i), Double.doubleToRawLongBits(values.value(i)));
      }
    }
    return bits;
  }
}
