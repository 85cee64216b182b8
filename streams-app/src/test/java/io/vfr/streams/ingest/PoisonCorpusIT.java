package io.vfr.streams.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.CommittedRecords;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every row of {@code bad-inputs.txt} through a running instance, between good records: each is a
 * dead letter with its code, stage and place, and nobody else is any different.
 */
class PoisonCorpusIT {
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long DAY = 86_400_000L;
  private static final long START = 1_700_006_400_000L;
  private static final List<String> SYMBOLS = List.of("GOOD1", "GOOD2", "GOOD3", "AAPL");

  @TempDir private Path directory;

  /** What a run left: vectors per symbol in their order, and dead letters by source. */
  private record Run(
      Map<String, List<String>> features, Map<String, String> letters, long predictions) {}

  @Test
  void corpus_isDeadLettered_andNeighboursAndRestoreAreUnaffected() throws Exception {
    List<BadInput> corpus = BadInput.all();
    assertThat(corpus).hasSizeGreaterThan(200);
    Map<String, String> wanted = new TreeMap<>();
    Run poisoned = run("poisoned", corpus, wanted);
    Run clean = run("clean", List.of(), new TreeMap<>());

    assertThat(poisoned.letters()).isEqualTo(wanted);
    assertThat(clean.letters()).isEmpty();
    assertThat(poisoned.features()).isEqualTo(clean.features());
    assertThat(poisoned.predictions())
        .isEqualTo(clean.predictions())
        .isEqualTo(BadInput.all().size() + SYMBOLS.size());
  }

  private Run run(String name, List<BadInput> poison, Map<String, String> wanted) throws Exception {
    int bars = BadInput.all().size();
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve(name)));
        KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      AppConfig config = config(kafka, name + "-state");
      TopicSetup.createMissing(config, PARTITIONS, line -> {}, () -> false);
      try (Application application = start(config)) {
        for (int i = 0; i < bars; i++) {
          bar(producer, i);
          if (i < poison.size()) {
            BadInput bad = poison.get(i);
            RecordMetadata place =
                producer.send(new ProducerRecord<>(bad.topic(), bad.key(), bad.value())).get();
            wanted.put(
                place.topic() + "-" + place.partition() + "@" + place.offset(),
                bad.code() + " ingest");
          }
        }
        producer.flush();
        awaitCount(application, "vfr.predictions", bars);
        awaitCount(application, "vfr.records.dead.lettered", poison.size());
        assertThat(application.isAlive()).isTrue();
      }
      // Nothing of it is in what a task restores from.
      try (Application restored = start(config(kafka, name + "-other-state"))) {
        for (int i = 0; i < SYMBOLS.size(); i++) {
          bar(producer, bars + i);
        }
        producer.flush();
        awaitCount(restored, "vfr.predictions", SYMBOLS.size());
        awaitCount(restored, "vfr.records.dead.lettered", 0);
      }
      return read(kafka);
    }
  }

  private static void bar(KafkaProducer<byte[], byte[]> producer, int i) {
    String symbol = SYMBOLS.get(i % SYMBOLS.size());
    long ts = START + (i / SYMBOLS.size()) * DAY;
    double close = 100 + i % 13;
    PriceBar bar = new PriceBar(symbol, ts, close - 1, close + 2, close - 2, close, 1000 + i, null);
    producer.send(
        new ProducerRecord<>(
            Topics.PRICES.name(), symbol.getBytes(UTF_8), Topics.PRICES.codec().write(bar)));
  }

  private static void awaitCount(Application application, String meter, long wanted) {
    await(meter)
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    application.meters().find(meter).counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(wanted));
  }

  private static Application start(AppConfig config) throws InterruptedException {
    Application application = Application.start(config, InstantSource.fixed(Inputs.NOW));
    assertThat(application.awaitRunning(PATIENCE)).isTrue();
    return application;
  }

  private AppConfig config(EmbeddedKafka kafka, String state) {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + directory.resolve(state),
                "models.dir=" + Path.of("..", "models", "registry"),
                "ingest.max-ahead=" + Inputs.MAX_AHEAD,
                "ingest.max-bytes=" + Inputs.BYTES_MAX,
                "bars.interval=" + Inputs.BARS.interval(),
                "bars.grace=" + Inputs.BARS.grace(),
                "features.emit=true",
                "http.port=0"))
        .config();
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "max.request.size",
            8 << 20,
            "compression.type",
            "lz4"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static Run read(EmbeddedKafka kafka) {
    Map<String, List<String>> features = new TreeMap<>();
    Map<String, String> letters = new TreeMap<>();
    long predictions = 0;
    for (ConsumerRecord<byte[], byte[]> record : committed(kafka)) {
      if (record.topic().equals(Topics.FEATURES.name())) {
        features
            .computeIfAbsent(new String(record.key(), UTF_8), k -> new ArrayList<>())
            .add(new String(record.value(), UTF_8));
      } else if (record.topic().equals(Topics.PREDICTIONS.name())) {
        predictions++;
      } else {
        Headers headers = record.headers();
        String before =
            letters.put(
                text(headers, DeadLetterHeaders.SOURCE_TOPIC)
                    + "-"
                    + text(headers, DeadLetterHeaders.SOURCE_PARTITION)
                    + "@"
                    + text(headers, DeadLetterHeaders.SOURCE_OFFSET),
                text(headers, DeadLetterHeaders.ERROR_CODE)
                    + " "
                    + text(headers, DeadLetterHeaders.ERROR_STAGE));
        assertThat(before).as("a second letter of one record").isNull();
      }
    }
    return new Run(features, letters, predictions);
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> committed(EmbeddedKafka kafka) {
    return CommittedRecords.of(
        kafka,
        new ByteArrayDeserializer(),
        List.of(Topics.FEATURES.name(), Topics.PREDICTIONS.name(), Topics.DEAD_LETTERS.name()));
  }
}
