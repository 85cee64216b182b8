package io.vfr.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.schemas.UncheckedInputs;
import io.vfr.streams.cli.demo.feed.FeedRecord;
import io.vfr.streams.cli.demo.feed.MarketConfig;
import io.vfr.streams.cli.demo.feed.MarketSimulator;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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
 * The application against a real broker, exactly once: every bar predicted, every byte the same
 * twice and over a restart.
 */
class EndToEndIT {
  private static final int SYMBOLS = 12;
  private static final int DAYS = 270;
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  /** What a run left in the output topics. */
  private record Run(
      Map<String, List<String>> features,
      List<Prediction> predictions,
      Map<String, Integer> deadLetters) {
    /**
     * Everything of the predictions that the input and the models decide. The weights, and so the
     * combined forecast, also depend on when outcomes of other partitions became known.
     */
    Map<String, String> decided() {
      Map<String, String> decided = new TreeMap<>();
      for (Prediction p : predictions) {
        List<String> outputs =
            p.models().stream().map(m -> m.id() + "=" + List.of(bits(m))).toList();
        decided.put(p.id(), p.symbol() + " " + p.ts() + " " + outputs);
      }
      return decided;
    }

    private static List<Long> bits(ModelScore model) {
      List<Long> bits = new ArrayList<>();
      for (int i = 0; i < model.outputLength(); i++) {
        bits.add(Double.doubleToRawLongBits(model.output(i)));
      }
      return bits;
    }
  }

  @Test
  void sameInput_inBothModesAndOverARestartWithoutState_givesTheSameBits() throws Exception {
    List<FeedRecord> feed = market();
    long prices = feed.stream().filter(FeedRecord::isPrice).count();

    Run first = run("first", feed, false, "processing.mode=exactly-once");
    assertThat(first.predictions()).hasSize((int) prices);
    assertThat(first.features().values().stream().mapToInt(List::size).sum())
        .isEqualTo((int) prices);
    assertThat(first.decided()).hasSize((int) prices);
    assertThat(first.deadLetters()).isEmpty();
    assertScoredByTheShippedModels(first.predictions());

    Run second = run("second", feed, false, "processing.profile=low-latency");
    assertThat(second.features()).isEqualTo(first.features());
    assertThat(second.decided()).isEqualTo(first.decided());
    assertCombinedAlike(first, second);

    Run restarted = run("restarted", feed, true, "processing.mode=exactly-once");
    assertThat(restarted.features()).isEqualTo(first.features());
    assertThat(restarted.decided()).isEqualTo(first.decided());
    assertCombinedAlike(first, restarted);
  }

  /**
   * Weights depend on when outcomes of other partitions became known, and nothing else does: with
   * equal weights the combined forecast is the same to the bit.
   */
  private static void assertCombinedAlike(Run first, Run other) {
    Map<String, String> combined = new HashMap<>();
    first.predictions().forEach(p -> combined.put(weighed(p), combined(p)));
    int compared = 0;
    for (Prediction p : other.predictions()) {
      String wanted = combined.get(weighed(p));
      if (wanted != null) {
        assertThat(combined(p)).as(weighed(p)).isEqualTo(wanted);
        compared += p.models().stream().anyMatch(m -> m.weight() > 0) ? 1 : 0;
      }
    }
    assertThat(compared).as("forecasts of models compared").isPositive();
  }

  private static String weighed(Prediction p) {
    return p.id() + " " + p.models().stream().map(ModelScore::weight).toList();
  }

  private static String combined(Prediction p) {
    return p.direction() + " " + p.expectedReturn() + " " + p.probability();
  }

  @Test
  void poison_isDeadLetteredUntouched_andItsNeighboursArePredicted() throws Exception {
    byte[] incompressible = new byte[1_048_300];
    new Random(1).nextBytes(incompressible);
    byte[] compressible = new byte[3_000_000];
    Arrays.fill(compressible, (byte) 'a');
    byte[] good = bar("AAA", 1_700_000_000_000L, 100);
    String prices = Topics.PRICES.name();
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("poison")));
        KafkaProducer<String, byte[]> producer = producer(kafka)) {
      AppConfig config = config(kafka, "poison-state", "ingest.max-ahead=P2D");
      TopicSetup.createMissing(config, PARTITIONS, line -> {}, () -> false);
      try (Application application = start(config)) {
        send(
            producer,
            List.of(
                new FeedRecord(prices, "AAA", good, 0),
                new FeedRecord(prices, "AAA", incompressible, 0),
                new FeedRecord(prices, "AAA", compressible, 0),
                new FeedRecord(prices, "AAA", "not json".getBytes(StandardCharsets.UTF_8), 0),
                new FeedRecord(prices, "AAA", bar("BBB", 1_700_000_000_000L, 100), 0),
                new FeedRecord(prices, "AAA", bar("AAA", 1_700_000_000_000L, -1), 0),
                new FeedRecord(Topics.MACRO.name(), "vix", good, 0),
                new FeedRecord(Topics.SENTIMENT.name(), "AAA", new byte[0], 0),
                new FeedRecord(prices, "AAA", good, 0),
                // A day ahead is allowed here: the changelogs must take its time as well.
                new FeedRecord(
                    prices, "DDD", bar("DDD", System.currentTimeMillis() + 86_400_000, 5), 0)));
        producer.send(new ProducerRecord<>(prices, 0, null, good));
        producer.send(new ProducerRecord<>(prices, "AAA", null));
        producer.flush();
        awaitCount(application, "vfr.records.in", prices, 10);
        awaitCount(application, "vfr.records.in", Topics.MACRO.name(), 1);
        awaitCount(application, "vfr.records.in", Topics.SENTIMENT.name(), 1);
      }
      assertThat(read(kafka).predictions()).hasSize(3);
      Map<String, Integer> letters = read(kafka).deadLetters();
      assertThat(letters.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(9);
      assertThat(letters)
          .containsKeys(
              "NOT_JSON", "KEY_MISMATCH", "NOT_POSITIVE", "NULL_KEY", "NULL_VALUE", "TOO_LARGE");
      assertThat(committed(kafka))
          .filteredOn(record -> record.topic().equals(Topics.DEAD_LETTERS.name()))
          .extracting(ConsumerRecord::value)
          .anySatisfy(value -> assertThat(value).isEqualTo(incompressible))
          .anySatisfy(value -> assertThat(value).isEqualTo(compressible));
    }
  }

  private static byte[] bar(String symbol, long ts, double price) {
    return UncheckedInputs.bar(symbol, ts, price, price, price, price, 1, null);
  }

  private static void assertScoredByTheShippedModels(List<Prediction> predictions) {
    Map<String, Set<String>> models = new HashMap<>();
    for (Prediction prediction : predictions) {
      for (ModelScore model : prediction.models()) {
        if (model.status() == ModelStatus.OK) {
          models.computeIfAbsent(prediction.symbol(), s -> new HashSet<>()).add(model.id());
        }
      }
    }
    assertThat(models).hasSize(SYMBOLS);
    assertThat(models.values())
        .allSatisfy(ids ->
            assertThat(ids)
                .containsExactlyInAnyOrder(
                    "momentum-lstm-v3",
                    "mean-reversion-xgb-v2",
                    "volatility-transformer-v1",
                    "ensemble-meta-v4"));
  }

  private static List<FeedRecord> market() {
    List<FeedRecord> records = new ArrayList<>();
    new MarketSimulator(new MarketConfig(SYMBOLS, DAYS, 11, LocalDate.of(2025, 7, 1), 0.15))
        .history()
        .forEachRemaining(records::add);
    return records;
  }

  /**
   * Side inputs first, then all prices; halfway another instance without any local state may take
   * over.
   */
  private Run run(String name, List<FeedRecord> feed, boolean restart, String setting)
      throws Exception {
    List<FeedRecord> side = feed.stream().filter(r -> !r.isPrice()).toList();
    List<FeedRecord> prices = feed.stream().filter(FeedRecord::isPrice).toList();
    int half = prices.size() / 2;
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve(name)));
        KafkaProducer<String, byte[]> producer = producer(kafka)) {
      AppConfig config = config(kafka, name + "-state", setting);
      TopicSetup.createMissing(config, PARTITIONS, line -> {}, () -> false);
      try (Application application = start(config)) {
        send(producer, side);
        awaitCount(
            application,
            "vfr.records.accepted",
            Topics.MACRO_FANOUT.name(),
            macros(feed) * PARTITIONS);
        awaitCount(
            application,
            "vfr.records.in",
            Topics.SENTIMENT.name(),
            count(feed, Topics.SENTIMENT.name()));
        awaitCount(
            application,
            "vfr.records.in",
            Topics.FUNDAMENTALS.name(),
            count(feed, Topics.FUNDAMENTALS.name()));
        send(producer, restart ? prices.subList(0, half) : prices);
        awaitCount(
            application,
            "vfr.records.accepted",
            Topics.PRICES.name(),
            restart ? half : prices.size());
        assertThat(application.meters().get("vfr.scoring.batch.rows").summary().mean())
            .as("rows scored together while records wait")
            .isGreaterThan(2);
        assertServed(application, (restart ? prices.subList(0, half) : prices).getLast());
      }
      if (restart) {
        AppConfig elsewhere = config(kafka, name + "-other-state", setting);
        try (Application application = start(elsewhere)) {
          send(producer, prices.subList(half, prices.size()));
          awaitCount(
              application, "vfr.records.accepted", Topics.PRICES.name(), prices.size() - half);
        }
      }
      return read(kafka);
    }
  }

  /** The last prediction is shown though nothing comes after it, and can be explained. */
  private static void assertServed(Application application, FeedRecord last) throws Exception {
    long ts = Codecs.PRICE.read(last.value()).ts();
    URI uri =
        URI.create("http://127.0.0.1:" + application.httpPort() + "/v1/predictions/" + last.key());
    try (HttpClient client = HttpClient.newHttpClient()) {
      await("the committed prediction of " + last.key() + " at " + ts)
          .atMost(PATIENCE)
          .until(() -> {
            HttpResponse<byte[]> response = get(client, uri);
            return response.statusCode() == 200
                && Codecs.PREDICTION.read(response.body()).ts() == ts;
          });
      // At least once a prediction is read from its topic before its commit, and explained after
      // it.
      URI explain = URI.create(uri + "?explain=shap");
      await("its explanation")
          .atMost(PATIENCE)
          .until(() -> get(client, explain).statusCode() == 200);
      HttpResponse<byte[]> explained = get(client, explain);
      Prediction exact = Codecs.PREDICTION.read(explained.body());
      assertThat(exact.driversMethod()).isEqualTo(DriversMethod.SHAP);
      assertThat(exact.drivers()).isNotEmpty();
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, URI uri) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Application start(AppConfig config) throws InterruptedException {
    Application application = Application.start(config, InstantSource.system());
    assertThat(application.awaitRunning(PATIENCE)).isTrue();
    return application;
  }

  private static long macros(List<FeedRecord> feed) {
    return count(feed, Topics.MACRO.name());
  }

  private static long count(List<FeedRecord> feed, String topic) {
    return feed.stream().filter(r -> r.topic().equals(topic)).count();
  }

  private static void awaitCount(Application application, String meter, String topic, long wanted) {
    await(meter + " of " + topic)
        .atMost(PATIENCE)
        .until(() ->
            application.meters().find(meter).tag("topic", topic).counters().stream()
                    .mapToDouble(Counter::count)
                    .sum()
                >= wanted);
  }

  private AppConfig config(EmbeddedKafka kafka, String state, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + directory.resolve(state),
                "models.dir=" + Path.of("..", "models", "registry"),
                "features.emit=true",
                "http.port=0"));
    settings.addAll(List.of(more));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings.toArray(String[]::new)))
        .config();
  }

  private static KafkaProducer<String, byte[]> producer(EmbeddedKafka kafka) {
    Properties p = new Properties();
    p.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    p.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);
    p.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer());
  }

  private static void send(KafkaProducer<String, byte[]> producer, List<FeedRecord> records)
      throws Exception {
    for (FeedRecord record : records) {
      producer.send(new ProducerRecord<>(record.topic(), record.key(), record.value()));
    }
    producer.flush();
  }

  private static Run read(EmbeddedKafka kafka) {
    Map<String, List<String>> features = new TreeMap<>();
    List<Prediction> predictions = new ArrayList<>();
    Map<String, Integer> deadLetters = new TreeMap<>();
    for (ConsumerRecord<String, byte[]> record : committed(kafka)) {
      if (record.topic().equals(Topics.FEATURES.name())) {
        assertValid(record);
        features
            .computeIfAbsent(record.key(), k -> new ArrayList<>())
            .add(new String(record.value(), StandardCharsets.UTF_8));
      } else if (record.topic().equals(Topics.PREDICTIONS.name())) {
        assertValid(record);
        predictions.add(Codecs.PREDICTION.read(record.value()));
      } else if (record.topic().equals(Topics.DEAD_LETTERS.name())) {
        String code =
            new String(
                record.headers().lastHeader(DeadLetterHeaders.ERROR_CODE).value(),
                StandardCharsets.UTF_8);
        deadLetters.merge(code, 1, Integer::sum);
      } else {
        assertValid(record);
      }
    }
    return new Run(features, predictions, deadLetters);
  }

  private static void assertValid(ConsumerRecord<String, byte[]> record) {
    assertThat(OutputSchemas.errors(record.topic(), record.value())).as(record.topic()).isEmpty();
  }

  private static List<ConsumerRecord<String, byte[]>> committed(EmbeddedKafka kafka) {
    return CommittedRecords.of(
        kafka,
        new StringDeserializer(),
        List.of(
            Topics.FEATURES.name(),
            Topics.PREDICTIONS.name(),
            Topics.ALERTS.name(),
            Topics.DEAD_LETTERS.name()));
  }
}
