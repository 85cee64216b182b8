package io.vfr.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.steward.RollbackRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The real topology in a test driver: typed records in, typed records out. */
public final class Pipeline implements AutoCloseable {
  /** What the pipeline takes for now: after all test data. */
  public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private final TopologyTestDriver driver;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final HeapPools pools;
  private final LatestPredictions latest;
  private final FeatureSlots slots;
  private final TestInputTopic<byte[], byte[]> prices;
  private final TestInputTopic<byte[], byte[]> fundamentals;
  private final TestInputTopic<byte[], byte[]> sentiment;
  private final TestInputTopic<byte[], byte[]> macro;
  private final TestOutputTopic<String, Prediction> predictions;
  private final TestOutputTopic<String, Alert> alerts;
  private final TestOutputTopic<String, FeatureValues> features;
  private final TestOutputTopic<String, Outcome> outcomes;
  private final TestOutputTopic<String, byte[]> standingsTopic;
  private final TestOutputTopic<byte[], byte[]> deadLetters;
  private final List<RollbackRequest> rollbacks = new ArrayList<>();
  private final TestInputTopic<byte[], byte[]> models;
  private Standings standings = Standings.NONE;

  public Pipeline(AppConfig config) {
    this(config, ModelSet.ofChampions(List.of()));
  }

  public Pipeline(AppConfig config, ModelSet models) {
    this(config, models, 1);
  }

  /**
   * A pipeline that is the first of several partitions: what belongs to others is misplaced here.
   */
  public Pipeline(AppConfig config, ModelSet models, int partitions) {
    slots = io.vfr.streams.features.Features.slots(config, List.of());
    pools = new HeapPools(meters);
    latest = new LatestPredictions(config.features().hotSymbols(), pools::shedding);
    Properties properties =
        TestConfigs.ofDriver(config.applicationId(), config.streams().stateDir());
    driver =
        new TopologyTestDriver(
            new ScoringTopology(
                    config,
                    new Partitioning(partitions),
                    slots,
                    () -> models,
                    () -> standings,
                    latest,
                    pools,
                    rollbacks::add,
                    meters,
                    InstantSource.fixed(NOW),
                    "test-instance")
                .build(),
            properties);
    prices = input(Topics.PRICES);
    fundamentals = input(Topics.FUNDAMENTALS);
    sentiment = input(Topics.SENTIMENT);
    macro = input(Topics.MACRO);
    this.models = input(Topics.MODELS);
    predictions = output(Topics.PREDICTIONS, Topics.PREDICTIONS.deserializer());
    alerts = output(Topics.ALERTS, Topics.ALERTS.deserializer());
    outcomes = output(Topics.OUTCOMES, Topics.OUTCOMES.deserializer());
    standingsTopic = output(Topics.MODEL_STANDINGS, Topics.MODEL_STANDINGS.deserializer());
    features = output(Topics.FEATURES, Topics.FEATURES.deserializer());
    deadLetters =
        driver.createOutputTopic(
            Topics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private TestInputTopic<byte[], byte[]> input(Topic<?> topic) {
    return driver.createInputTopic(
        topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private <T> TestOutputTopic<String, T> output(Topic<T> topic, Deserializer<T> values) {
    return driver.createOutputTopic(topic.name(), new StringDeserializer(), values);
  }

  public void price(PriceEvent event) {
    prices.pipeInput(key(event.symbol()), Topics.PRICES.codec().write(event), NOW);
  }

  public void fundamentals(Fundamentals message) {
    fundamentals.pipeInput(key(message.symbol()), Topics.FUNDAMENTALS.codec().write(message), NOW);
  }

  public void sentiment(SentimentObservation message) {
    sentiment.pipeInput(key(message.symbol()), Topics.SENTIMENT.codec().write(message), NOW);
  }

  public void macro(MacroValue message) {
    macro.pipeInput(key(message.series()), Topics.MACRO.codec().write(message), NOW);
  }

  public void registration(ModelRegistration message) {
    models.pipeInput(key(message.key()), Topics.MODELS.codec().write(message), NOW);
  }

  /** What the steward has asked for in another second. */
  public List<RollbackRequest> rollbacks() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    List<RollbackRequest> asked = List.copyOf(rollbacks);
    rollbacks.clear();
    return asked;
  }

  /** Sends bytes as they are. */
  public void raw(Topic<?> topic, byte[] key, byte[] value) {
    input(topic).pipeInput(key, value, NOW);
  }

  private static byte[] key(String text) {
    return new StringSerializer().serialize("", text);
  }

  public List<Prediction> predictions() {
    return predictions.readValuesToList();
  }

  public List<Alert> alerts() {
    return alerts.readValuesToList();
  }

  public List<Outcome> outcomes() {
    return outcomes.readValuesToList();
  }

  /** The standings that the steward has told after another second, by model; newest wins. */
  public Map<String, byte[]> toldStandings() {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    return standingsTopic.readKeyValuesToMap();
  }

  /** What the ensemble takes for the models' standings from now on. */
  public void standings(Standings known) {
    standings = known;
  }

  public List<FeatureValues> features() {
    return features.readValuesToList();
  }

  public List<TestRecord<byte[], byte[]>> deadLetters() {
    return deadLetters.readRecordsToList();
  }

  /** What the pipeline shows of its committed predictions, after another tenth of a second. */
  public LatestPredictions latest() {
    driver.advanceWallClockTime(Duration.ofMillis(100));
    return latest;
  }

  public FeatureSlots slots() {
    return slots;
  }

  public MeterRegistry meters() {
    return meters;
  }

  /** Where it holds state on the heap. */
  public HeapPools pools() {
    return pools;
  }

  /** The value of a counter, all its tag combinations that match added up. */
  public double count(String name, String... tags) {
    return meters.find(name).tags(tags).counters().stream()
        .mapToDouble(io.micrometer.core.instrument.Counter::count)
        .sum();
  }

  public TopologyTestDriver driver() {
    return driver;
  }

  @Override
  public void close() {
    driver.close();
  }
}
