package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.FeaturesConfig;
import io.vfr.streams.ingest.Ingest;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.state.HeapPools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the features stage hands on to scoring, through its real processors and stores. */
class FeatureVectorTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final SequencePlan FIVE =
      SequencePlan.of(List.of(new Sequence(5, List.of("momentum_1d", "intraday_volatility"))));
  private static final SequencePlan THREE =
      SequencePlan.of(List.of(new Sequence(3, List.of("gap_percent"))));

  @TempDir private Path directory;

  private final List<FeatureVector> vectors = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private volatile SequencePlan plan = SequencePlan.NONE;

  /** Stands where scoring stands. */
  private final class Taker implements Processor<String, FeatureVector, Void, Void> {
    @Override
    public void process(Record<String, FeatureVector> record) {
      vectors.add(record.value());
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void vector_tellsItsBarTheOneBeforeAndTheOneAfter() {
    TestInputTopic<byte[], byte[]> prices = prices(1000, true);
    for (int i = 0; i < 6; i++) {
      send(prices, "AAA", i, 100 + i);
    }
    FeatureVector first = vectors.getFirst();
    assertThat(first.barStartMillis()).isEqualTo(START);
    assertThat(first.barEndMillis()).isEqualTo(START + DAY);
    assertThat(first.close()).isEqualTo(100);
    assertThat(first.previousBarStartMillis()).isEqualTo(Long.MIN_VALUE);
    assertThat(first.previousClose()).isNaN();
    FeatureVector newest = vectors.getLast();
    assertThat(newest.barStartMillis()).isEqualTo(START + 5 * DAY);
    assertThat(newest.close()).isEqualTo(105);
    assertThat(newest.previousBarStartMillis()).isEqualTo(START + 4 * DAY);
    assertThat(newest.previousClose()).isEqualTo(104);
    assertThat(newest.nextClose()).isNaN();
    assertThat(vectors).allMatch(FeatureVector::newest);

    send(prices, "AAA", 3, 90);
    FeatureVector late = vectors.getLast();
    assertThat(vectors).hasSize(7);
    assertThat(late.ts()).isEqualTo(START + 3 * DAY);
    assertThat(late.close()).isEqualTo(90);
    assertThat(late.previousClose()).isEqualTo(102);
    assertThat(late.nextClose()).isEqualTo(104);
    assertThat(late.newest()).isFalse();

    send(prices, "AAA", 4, 91);
    assertThat(vectors.getLast().previousClose()).isEqualTo(90);
    assertThat(vectors.getLast().nextClose()).as("its next bar is forming").isNaN();
    assertThat(vectors.getLast().newest()).isFalse();
    send(prices, "AAA", 5, 107);
    assertThat(vectors.getLast().newest()).as("the same bar again").isTrue();
    send(prices, "AAA", 6, 106);
    assertThat(vectors.getLast().previousClose()).isEqualTo(107);
    assertThat(vectors.getLast().newest()).isTrue();
  }

  @Test
  void sequence_followsThePlan_alsoWhenItChangesBetweenTwoRecords() {
    TestInputTopic<byte[], byte[]> prices = prices(1000, false);
    for (int i = 0; i < 4; i++) {
      send(prices, "AAA", i, 100 + i);
    }
    assertThat(vectors).allSatisfy(v -> assertThat(v.sequence()).isNull());
    plan = FIVE;
    send(prices, "AAA", 4, 120);
    assertSequence(FIVE, 5);
    plan = THREE;
    send(prices, "AAA", 4, 121);
    assertSequence(THREE, 3);
    plan = FIVE;
    send(prices, "AAA", 5, 122);
    assertSequence(FIVE, 5);
    // Late: as of its own bar, of which there are three before.
    send(prices, "AAA", 3, 101);
    assertSequence(FIVE, 4);
    plan = SequencePlan.NONE;
    send(prices, "AAA", 6, 122);
    assertThat(vectors.getLast().sequence()).isNull();
  }

  @Test
  void sequence_ofASymbolThatWasDroppedFromTheHeap_isRebuilt() {
    plan = FIVE;
    TestInputTopic<byte[], byte[]> hot = prices(1000, true);
    for (int i = 0; i < 80; i++) {
      send(hot, "AAA", i, 100 + i % 7);
      send(hot, "BBB", i, 50 + i % 5);
    }
    List<String> expected = vectors.stream().map(FeatureVectorTest::rows).toList();
    vectors.clear();
    TestInputTopic<byte[], byte[]> cold = prices(1, true);
    for (int i = 0; i < 80; i++) {
      send(cold, "AAA", i, 100 + i % 7);
      send(cold, "BBB", i, 50 + i % 5);
    }
    assertThat(vectors.stream().map(FeatureVectorTest::rows)).isEqualTo(expected);
    assertThat(expected.getLast()).startsWith("5 bars:");
  }

  /** The last row is the vector's own; those before are what the earlier vectors said last. */
  private void assertSequence(SequencePlan expected, int bars) {
    FeatureVector vector = vectors.getLast();
    FeatureSequence sequence = vector.sequence();
    assertThat(sequence).isNotNull();
    if (sequence == null) {
      return;
    }
    assertThat(sequence.plan()).isEqualTo(expected);
    assertThat(sequence.bars()).isEqualTo(bars);
    for (int row = 0; row < bars; row++) {
      long start = vector.barStartMillis() - (bars - 1 - row) * DAY;
      FeatureVector said =
          vectors.stream()
              .filter(v -> v.barStartMillis() == start)
              .reduce((earlier, later) -> later)
              .orElseThrow();
      for (int column = 0; column < expected.width(); column++) {
        int slot = FeatureSchema.current().indexOf(expected.features().get(column));
        assertThat(sequence.value(row, column))
            .as("row %d, %s", row, expected.features().get(column))
            .isEqualTo(Float.valueOf((float) said.value(slot)));
      }
    }
  }

  private static String rows(FeatureVector vector) {
    FeatureSequence sequence = vector.sequence();
    if (sequence == null) {
      return "none";
    }
    StringBuilder rows = new StringBuilder(sequence.bars() + " bars:");
    for (int row = 0; row < sequence.bars(); row++) {
      for (int column = 0; column < sequence.plan().width(); column++) {
        rows.append(' ').append(sequence.value(row, column));
      }
    }
    return rows.toString();
  }

  private TestInputTopic<byte[], byte[]> prices(int hotSymbols, boolean emit) {
    AppConfig config =
        TestConfigs.with(
            TestConfigs.bars(
                directory.resolve("state" + open.size()), Duration.ofDays(1), Duration.ofDays(5)),
            new FeaturesConfig(emit, hotSymbols, 64, Duration.ofDays(180), Duration.ofDays(7)));
    MeterRegistry meters = new SimpleMeterRegistry();
    Topology topology = new Topology();
    Ingest.add(topology, config, new Partitioning(1), meters, InstantSource.fixed(NOW));
    Features.add(
        topology,
        config,
        Features.slots(config, List.of()),
        new HeapPools(meters),
        new FeaturesCounters(meters),
        () -> plan);
    topology.addProcessor(Features.SCORING_CHILD, Taker::new, Features.PROCESSOR);
    Properties properties =
        TestConfigs.ofDriver(config.applicationId(), config.streams().stateDir());
    TopologyTestDriver driver = new TopologyTestDriver(topology, properties);
    open.add(driver);
    return driver.createInputTopic(
        Topics.PRICES.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(
      TestInputTopic<byte[], byte[]> prices, String symbol, int day, double close) {
    PriceBar bar =
        new PriceBar(symbol, START + day * DAY, close - 1, close + 2, close - 2, close, 1000, null);
    prices.pipeInput(
        symbol.getBytes(StandardCharsets.UTF_8), Topics.PRICES.codec().write(bar), NOW);
  }
}
