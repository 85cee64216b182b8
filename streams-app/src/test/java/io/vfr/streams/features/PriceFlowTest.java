package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.FeaturesConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Price events through the real topology: forming, replaced, late and restored bars give the bits
 * of ordered input.
 */
class PriceFlowTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;

  @TempDir private Path directory;

  @Test
  void everyAcceptedBar_yieldsOnePredictionAndOneVector() {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      List<PriceBar> bars = randomWalk("AAA", 300, new Random(1));
      bars.forEach(pipeline::price);

      List<Prediction> predictions = pipeline.predictions();
      assertThat(predictions).hasSize(300);
      assertThat(predictions.stream().map(Prediction::id).distinct()).hasSize(300);
      assertThat(predictions.stream().map(Prediction::ts))
          .containsExactlyElementsOf(bars.stream().map(PriceBar::ts).toList());
      assertThat(pipeline.features()).hasSize(300);
      assertThat(pipeline.count("vfr.records.in", "topic", "vfr.prices")).isEqualTo(300);
      assertThat(pipeline.count("vfr.records.accepted", "topic", "vfr.prices")).isEqualTo(300);
      assertThat(pipeline.count("vfr.predictions")).isEqualTo(300);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shuffledAndDuplicatedInsideGrace_endWithTheVectorsOfOrderedInput(long seed) {
    Random random = new Random(seed);
    List<PriceBar> ordered = randomWalk("AAA", 400, random);
    List<PriceBar> shuffled = new ArrayList<>(ordered);
    for (int i = 0; i + 4 <= shuffled.size(); i += 4) {
      // The grace is ten bars: swaps within four bars stay inside it.
      Collections.shuffle(shuffled.subList(i, i + 4), random);
    }
    for (int i = 0; i < 40; i++) {
      int at = random.nextInt(shuffled.size());
      shuffled.add(at, shuffled.get(at));
    }
    Map<Long, List<Long>> wanted = finalVectors(ordered, "ordered");
    Map<Long, List<Long>> got = finalVectors(shuffled, "shuffled");
    assertThat(got).as("seed %d", seed).isEqualTo(wanted);
  }

  @Test
  void replacedBar_countsAsIfItHadBeenRightFromTheStart() {
    List<PriceBar> right = randomWalk("AAA", 260, new Random(9));
    List<PriceBar> corrected = new ArrayList<>(right.subList(0, 250));
    PriceBar good = right.get(250);
    corrected.add(
        new PriceBar(
            "AAA",
            good.ts(),
            good.open(),
            good.high() * 3,
            good.low() / 2,
            good.close() * 2,
            7,
            null));
    corrected.add(right.get(251));
    corrected.add(right.get(252));
    corrected.add(good);
    corrected.addAll(right.subList(253, 260));

    Map<Long, List<Long>> wanted = finalVectors(right, "right");
    Map<Long, List<Long>> got = finalVectors(corrected, "corrected");
    assertThat(got).isEqualTo(wanted);
  }

  @Test
  void lateBeyondGrace_isDeadLetteredAndCounted() {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      List<PriceBar> bars = randomWalk("AAA", 20, new Random(3));
      bars.subList(1, 20).forEach(pipeline::price);
      pipeline.predictions();
      pipeline.price(bars.get(0));

      assertThat(pipeline.predictions()).isEmpty();
      var letters = pipeline.deadLetters();
      assertThat(letters).hasSize(1);
      assertThat(header(letters.getFirst(), DeadLetterHeaders.ERROR_CODE)).isEqualTo("LATE");
      assertThat(header(letters.getFirst(), DeadLetterHeaders.ERROR_STAGE)).isEqualTo("features");
      assertThat(header(letters.getFirst(), DeadLetterHeaders.SOURCE_OFFSET)).isEqualTo("19");
      assertThat(pipeline.count("vfr.records.in", "topic", "vfr.prices")).isEqualTo(20);
      assertThat(pipeline.count("vfr.records.accepted", "topic", "vfr.prices")).isEqualTo(19);
      assertThat(pipeline.count("vfr.records.dead.lettered", "topic", "vfr.prices")).isEqualTo(1);
    }
  }

  @Test
  void graceEdge_theBarThatEndedAGraceBeforeTheNewestEventIsLate_theNextIsNot() {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      List<PriceBar> bars = randomWalk("AAA", 20, new Random(3));
      bars.forEach(pipeline::price);
      pipeline.predictions();

      // Two days of grace and a bar of one: closed are the bars that start three days back.
      pipeline.price(bars.get(16));
      assertThat(pipeline.predictions()).isEmpty();
      assertThat(pipeline.deadLetters()).hasSize(1);
      pipeline.price(bars.get(17));
      assertThat(pipeline.predictions()).hasSize(1);
      assertThat(pipeline.deadLetters()).isEmpty();
    }
  }

  @Test
  void finerBarAfterTheWholeBar_yieldsAPrediction_butChangesNoPriceOrVolume() {
    List<PriceBar> history = randomWalk("AAA", 60, new Random(5));
    long today = START + 60 * DAY;
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      history.forEach(pipeline::price);
      pipeline.price(part(today, 100, 102, 99, 101, 10));
      pipeline.price(new PriceBar("AAA", today, 100, 105, 98, 104, 60, null));
      pipeline.price(part(today + Duration.ofHours(1).toMillis(), 101, 190, 50, 150, 900));

      List<FeatureValues> features = pipeline.features();
      assertThat(barFeatureBits(features.getLast()))
          .isEqualTo(barFeatureBits(features.get(features.size() - 2)));
      assertThat(pipeline.predictions()).hasSize(63);
    }
  }

  @Test
  void lateness_isMeasuredPerSymbol() {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory))) {
      randomWalk("AAA", 100, new Random(3)).forEach(pipeline::price);
      randomWalk("BBB", 100, new Random(4)).forEach(pipeline::price);

      assertThat(pipeline.deadLetters()).isEmpty();
      assertThat(pipeline.predictions()).hasSize(200);
    }
  }

  @Test
  void ticksOfOneBar_giveTheVectorOfTheWholeBar() {
    List<PriceBar> history = randomWalk("AAA", 60, new Random(5));
    long today = START + 60 * DAY;
    PriceBar whole = new PriceBar("AAA", today, 100, 104, 97, 101, 40, null);
    List<PriceEvent> ticked = new ArrayList<>(history);
    ticked.add(new PriceTick("AAA", today + 1000, 100, 10));
    ticked.add(new PriceTick("AAA", today + 2000, 104, 10));
    ticked.add(new PriceTick("AAA", today + 4000, 101, 5));
    ticked.add(new PriceTick("AAA", today + 3000, 97, 15));

    try (Pipeline ticks = new Pipeline(TestConfigs.daily(directory.resolve("ticks")));
        Pipeline bar = new Pipeline(TestConfigs.daily(directory.resolve("bar")))) {
      ticked.forEach(ticks::price);
      history.forEach(bar::price);
      bar.price(whole);
      List<FeatureValues> fromTicks = ticks.features();
      List<Prediction> predictions = ticks.predictions();
      assertThat(fromTicks).hasSize(64);
      assertThat(predictions).hasSize(64);
      assertThat(predictions.getLast().ts()).isEqualTo(today + 4000);
      assertThat(barFeatureBits(fromTicks.getLast()))
          .isEqualTo(barFeatureBits(bar.features().getLast()));
    }
  }

  @Test
  void finerBars_areAggregated_andOneIsReplaced() {
    List<PriceBar> history = randomWalk("AAA", 60, new Random(5));
    long today = START + 60 * DAY;
    long hour = Duration.ofHours(1).toMillis();
    try (Pipeline parts = new Pipeline(TestConfigs.daily(directory.resolve("parts")));
        Pipeline bar = new Pipeline(TestConfigs.daily(directory.resolve("bar")))) {
      history.forEach(parts::price);
      history.forEach(bar::price);
      parts.price(part(today, 100, 102, 99, 101, 10));
      parts.price(part(today + 2 * hour, 103, 120, 90, 103, 500));
      parts.price(part(today + hour, 101, 103, 100, 102, 20));
      parts.price(part(today + 2 * hour, 102, 105, 98, 104, 30));
      bar.price(new PriceBar("AAA", today, 100, 105, 98, 104, 60, null));
      assertThat(barFeatureBits(parts.features().getLast()))
          .isEqualTo(barFeatureBits(bar.features().getLast()));
    }
  }

  @ParameterizedTest(name = "after {0} bars")
  @ValueSource(ints = {1, 31, 32, 33, 64, 200, 290, 331})
  void coldState_continuesWithTheBitsOfHotState(int bars) {
    List<PriceBar> all = randomWalk("AAA", bars + 40, new Random(bars));
    Map<Long, List<Long>> hot = finalVectors(all, "hot");
    Map<Long, List<Long>> cold = new TreeMap<>();
    Path state = directory.resolve("cold");
    try (Pipeline pipeline = new Pipeline(oneHotSymbol(state))) {
      List<PriceBar> other = randomWalk("BBB", bars + 40, new Random(77));
      for (int i = 0; i < all.size(); i++) {
        pipeline.price(all.get(i));
        pipeline.price(other.get(i));
      }
      pipeline.features().stream()
          .filter(f -> f.symbol().equals("AAA"))
          .forEach(f -> cold.put(f.ts(), bits(f.values())));
    }
    assertThat(cold).isEqualTo(hot);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void coldState_afterLateInserts_continuesWithTheBitsOfHotState(long seed) {
    Random random = new Random(seed);
    List<PriceBar> shuffled = randomWalk("AAA", 360, random);
    for (int i = 0; i + 6 <= shuffled.size(); i += 6) {
      // The grace is ten bars: nothing is late, but most bars are put between others.
      Collections.shuffle(shuffled.subList(i, i + 6), random);
    }
    List<List<Long>> hot = new ArrayList<>();
    try (Pipeline pipeline =
        new Pipeline(
            TestConfigs.bars(directory.resolve("hot"), Duration.ofDays(1), Duration.ofDays(10)))) {
      shuffled.forEach(pipeline::price);
      pipeline.features().forEach(f -> hot.add(bits(f.values())));
    }
    List<List<Long>> cold = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(oneHotSymbol(directory.resolve("cold")))) {
      PriceBar other = randomWalk("BBB", 1, random).getFirst();
      for (PriceBar bar : shuffled) {
        pipeline.price(bar);
        pipeline.price(other);
      }
      pipeline.features().stream()
          .filter(f -> f.symbol().equals("AAA"))
          .forEach(f -> cold.add(bits(f.values())));
      assertThat(pipeline.deadLetters()).isEmpty();
    }
    assertThat(hot).hasSizeGreaterThan(360);
    assertThat(cold).as("seed %d", seed).isEqualTo(hot);
  }

  /** Every event of another symbol drops a symbol's heap state: it is rebuilt from its stores. */
  private static AppConfig oneHotSymbol(Path state) {
    return TestConfigs.with(
        TestConfigs.bars(state, Duration.ofDays(1), Duration.ofDays(10)),
        new FeaturesConfig(true, 1, 64, Duration.ofDays(180), Duration.ofDays(7)));
  }

  private Map<Long, List<Long>> finalVectors(List<PriceBar> bars, String name) {
    Map<Long, List<Long>> vectors = new TreeMap<>();
    try (Pipeline pipeline =
        new Pipeline(
            TestConfigs.bars(directory.resolve(name), Duration.ofDays(1), Duration.ofDays(10)))) {
      bars.forEach(pipeline::price);
      pipeline.features().forEach(f -> vectors.put(f.ts(), bits(f.values())));
      assertThat(pipeline.deadLetters()).isEmpty();
      assertThat(pipeline.predictions()).hasSize(bars.size());
    }
    return vectors;
  }

  private static long[] barFeatureBits(FeatureValues values) {
    return java.util.stream.IntStream.range(0, values.names().size())
        .filter(i -> !values.names().get(i).contains("sentiment"))
        .mapToLong(i -> Double.doubleToRawLongBits(values.value(i)))
        .toArray();
  }

  private static List<Long> bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).boxed().toList();
  }

  private static String header(
      org.apache.kafka.streams.test.TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static PriceBar part(
      long ts, double open, double high, double low, double close, double volume) {
    return new PriceBar("AAA", ts, open, high, low, close, volume, Duration.ofHours(1));
  }

  private static List<PriceBar> randomWalk(String symbol, int count, Random random) {
    List<PriceBar> bars = new ArrayList<>(count);
    double close = 100;
    for (int i = 0; i < count; i++) {
      double open = close * Math.exp(0.005 * random.nextGaussian());
      close = open * Math.exp(0.02 * random.nextGaussian());
      double high = Math.max(open, close) * (1 + 0.01 * random.nextDouble());
      double low = Math.min(open, close) * (1 - 0.01 * random.nextDouble());
      bars.add(
          new PriceBar(
              symbol, START + i * DAY, open, high, low, close, random.nextInt(1_000_000), null));
    }
    return bars;
  }
}
