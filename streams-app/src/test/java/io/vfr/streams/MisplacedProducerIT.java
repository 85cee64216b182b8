package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.cli.demo.feed.FeedRecord;
import io.vfr.streams.cli.demo.feed.MarketConfig;
import io.vfr.streams.cli.demo.feed.MarketSimulator;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer that chooses partitions by CRC32 for half of the symbols, as librdkafka's default
 * partitioner does, against a real broker: the results are those of a right producer.
 */
class MisplacedProducerIT {
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> KEYED =
      List.of(Topics.PRICES.name(), Topics.FUNDAMENTALS.name(), Topics.SENTIMENT.name());

  @TempDir private Path directory;

  /** What a run left: records per symbol in their order, and what was told. */
  private record Run(
      Map<String, List<String>> features,
      Map<String, List<Long>> predicted,
      List<Prediction> predictions,
      List<Alert> alerts) {}

  @Test
  void crc32Producer_losesNothing_keepsTheOrder_andIsToldOfOncePerTopic() throws Exception {
    List<FeedRecord> feed = new ArrayList<>();
    new MarketSimulator(new MarketConfig(8, 60, 11, LocalDate.of(2025, 7, 1), 0.15))
        .history()
        .forEachRemaining(feed::add);
    long prices = feed.stream().filter(FeedRecord::isPrice).count();

    Run right = run("right", feed, Set.of());
    Run wrong = run("wrong", feed, misplaced(feed));

    assertThat(wrong.predictions()).hasSize((int) prices);
    assertThat(wrong.predicted()).isEqualTo(right.predicted());
    assertThat(wrong.features()).isEqualTo(right.features());
    Set<String> ids = new HashSet<>();
    wrong.predictions().forEach(p -> ids.add(p.id()));
    assertThat(ids).as("distinct ids").hasSize((int) prices);
    assertThat(wrong.predictions())
        .allSatisfy(p -> assertThat(p.source().topic()).isEqualTo(Topics.PRICES.name()));
    assertThat(right.alerts()).isEmpty();
    assertThat(wrong.alerts())
        .as("one for each topic with misplaced records, also after a restart")
        .hasSize(3);
  }

  /** Every second symbol, of those whose two partitions differ. */
  private static Set<String> misplaced(List<FeedRecord> feed) {
    Set<String> misplaced = new HashSet<>();
    Partitioning java = new Partitioning(PARTITIONS);
    for (FeedRecord record : feed) {
      byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
      if (record.isPrice() && java.home(key) != crc32(key)) {
        misplaced.add(record.key());
      }
    }
    assertThat(misplaced).hasSizeBetween(2, 8);
    misplaced.remove(misplaced.iterator().next());
    return misplaced;
  }

  /** As librdkafka's {@code consistent} partitioner. */
  private static int crc32(byte[] key) {
    CRC32 crc = new CRC32();
    crc.update(key);
    return (int) (crc.getValue() % PARTITIONS);
  }

  private Run run(String name, List<FeedRecord> feed, Set<String> misplaced) throws Exception {
    List<FeedRecord> side = feed.stream().filter(r -> !r.isPrice()).toList();
    List<FeedRecord> prices = feed.stream().filter(FeedRecord::isPrice).toList();
    int half = prices.size() / 2;
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve(name)));
        KafkaProducer<String, byte[]> producer = producer(kafka)) {
      AppConfig config = config(kafka, name);
      TopicSetup.createMissing(config, PARTITIONS, line -> {}, () -> false);
      try (Application application = start(config)) {
        send(producer, side, misplaced);
        awaitTaken(application, side, misplaced);
        send(producer, prices.subList(0, half), misplaced);
        awaitPredictions(application, half);
      }
      try (Application application = start(config)) {
        send(producer, prices.subList(half, prices.size()), misplaced);
        awaitPredictions(application, prices.size() - half);
        assertBooked(application);
      }
      return read(kafka);
    }
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, List<FeedRecord> records, Set<String> misplaced) {
    for (FeedRecord record : records) {
      Integer partition =
          misplaced.contains(record.key())
              ? crc32(record.key().getBytes(StandardCharsets.UTF_8))
              : null;
      producer.send(new ProducerRecord<>(record.topic(), partition, record.key(), record.value()));
    }
    producer.flush();
  }

  private static void awaitTaken(
      Application application, List<FeedRecord> side, Set<String> misplaced) {
    long macros = side.stream().filter(r -> r.topic().equals(Topics.MACRO.name())).count();
    long sentOn = side.stream().filter(r -> misplaced.contains(r.key())).count();
    await("side inputs")
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(count(application, "vfr.records.accepted", Topics.MACRO_FANOUT.name()))
              .isEqualTo(macros * PARTITIONS);
          assertThat(count(application, "vfr.records.accepted", Topics.REROUTED.name()))
              .isEqualTo(sentOn);
          long taken = 0;
          for (String topic : KEYED) {
            taken += count(application, "vfr.records.accepted", topic);
          }
          assertThat(taken).isEqualTo(side.size() - macros - sentOn);
        });
  }

  private static void awaitPredictions(Application application, int wanted) {
    await("predictions")
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    application.meters().find("vfr.predictions").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(wanted));
  }

  private static void assertBooked(Application application) {
    long rerouted = 0;
    for (String topic : KEYED) {
      rerouted += count(application, "vfr.records.rerouted", topic);
      assertThat(count(application, "vfr.records.in", topic))
          .as(topic)
          .isEqualTo(
              count(application, "vfr.records.accepted", topic)
                  + count(application, "vfr.records.rerouted", topic));
    }
    assertThat(count(application, "vfr.records.in", Topics.REROUTED.name()))
        .isEqualTo(count(application, "vfr.records.accepted", Topics.REROUTED.name()))
        .isEqualTo(rerouted);
  }

  private static long count(Application application, String meter, String topic) {
    return (long)
        application.meters().find(meter).tag("topic", topic).counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  private static Application start(AppConfig config) throws InterruptedException {
    Application application = Application.start(config, InstantSource.system());
    assertThat(application.awaitRunning(PATIENCE)).isTrue();
    return application;
  }

  private AppConfig config(EmbeddedKafka kafka, String name) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + directory.resolve(name + "-state"),
                "models.dir=" + Path.of("..", "models", "registry"),
                "features.emit=true",
                "http.port=0"))
        .config();
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static Run read(EmbeddedKafka kafka) {
    Run run = new Run(new TreeMap<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    CommittedRecords.of(
            kafka,
            new StringDeserializer(),
            List.of(Topics.FEATURES.name(), Topics.PREDICTIONS.name(), Topics.ALERTS.name()))
        .forEach(record -> add(run, record));
    return run;
  }

  private static void add(Run run, ConsumerRecord<String, byte[]> record) {
    if (record.topic().equals(Topics.FEATURES.name())) {
      run.features()
          .computeIfAbsent(record.key(), k -> new ArrayList<>())
          .add(new String(record.value(), StandardCharsets.UTF_8));
    } else if (record.topic().equals(Topics.PREDICTIONS.name())) {
      Prediction prediction = Codecs.PREDICTION.read(record.value());
      run.predictions().add(prediction);
      run.predicted().computeIfAbsent(record.key(), k -> new ArrayList<>()).add(prediction.ts());
    } else {
      Alert alert = Codecs.ALERT.read(record.value());
      if (alert.type() == AlertType.MISPARTITIONED_INPUT) {
        run.alerts().add(alert);
      }
    }
  }
}
