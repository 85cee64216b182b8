package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that wants TLS and passwords and allows nothing but what the commands of
 * docs/security.md allow: they are run as they stand there.
 */
class SecuredClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String STORE_PASSWORD = SecuredBroker.STORE_PASSWORD;

  @TempDir private Path dir;
  private SecuredBroker files;

  @BeforeEach
  void makeFiles() {
    files = new SecuredBroker(dir);
  }

  @Test
  void application_worksWithItsRights_overTls_andAReaderCannotWrite() throws Exception {
    Path key = files.store("broker");
    Path trust = files.trust(key, "broker");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.secured(key))) {
      CommandRun created =
          CommandRun.of(
              SecuredBroker.with(kafka, trust, "admin", "topics", "create", "--partitions", "2"));
      assertThat(created.exitCode()).as(created.err()).isZero();
      allow(kafka, trust);
      CommandRun described =
          CommandRun.of(SecuredBroker.with(kafka, trust, "vfr-ops", "topics", "describe"));
      assertThat(described.exitCode()).as(described.err()).isZero();

      AppConfig config = config(kafka, trust, "vfr-app");
      try (Application application = Application.start(config, InstantSource.system())) {
        assertThat(application.awaitRunning(PATIENCE)).isTrue();
        try (KafkaProducer<byte[], byte[]> feed = producer(kafka, trust, "vfr-feed")) {
          for (int day = 0; day < 20; day++) {
            feed.send(new ProducerRecord<>(Topics.PRICES.name(), "AAA".getBytes(UTF_8), bar(day)))
                .get();
          }
          feed.send(new ProducerRecord<>(Topics.PRICES.name(), null, new byte[] {'x'})).get();
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              assertThat(count(application, "vfr.predictions")).isEqualTo(20);
              assertThat(count(application, "vfr.records.dead.lettered")).isEqualTo(1);
            });
      }
      assertThat(predictions(kafka, trust)).isEqualTo(20);
      assertReaderCannotWrite(kafka, trust);
      CommandRun letters =
          CommandRun.of(
              SecuredBroker.with(kafka, trust, "vfr-ops", "dead-letters", "list", "--json"));
      assertThat(letters.out()).as(letters.err()).contains("\"found\":1");
      CommandRun redrive =
          CommandRun.of(
              SecuredBroker.with(kafka, trust, "vfr-ops", "dead-letters", "redrive", "--all"));
      assertThat(redrive.out()).as(redrive.err()).contains("sent 1 to vfr.prices");
    }
  }

  @Test
  void otherAuthority_isOneErrorLine_withoutSecrets() throws Exception {
    Path key = files.store("broker");
    Path other = files.trust(files.store("other"), "other");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.secured(key))) {
      CommandRun run =
          CommandRun.of(SecuredBroker.with(kafka, other, "admin", "topics", "describe"));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).containsIgnoringCase("SSL").doesNotContain(STORE_PASSWORD, "pw-admin");
      CommandRun verbose =
          CommandRun.of(
              SecuredBroker.with(kafka, other, "admin", "topics", "describe", "--verbose"));
      assertThat(verbose.err()).contains("\tat ").doesNotContain(STORE_PASSWORD, "pw-admin");
    }
  }

  private static void assertReaderCannotWrite(EmbeddedKafka kafka, Path trust) {
    for (String topic :
        List.of(Topics.PRICES.name(), Topics.PREDICTIONS.name(), Topics.MODELS.name())) {
      try (KafkaProducer<byte[], byte[]> reader = producer(kafka, trust, "vfr-reader")) {
        assertThatThrownBy(() -> reader.send(new ProducerRecord<>(topic, new byte[] {1})).get())
            .as(topic)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  /** Runs every command of docs/security.md. */
  private void allow(EmbeddedKafka kafka, Path trust) throws Exception {
    List<String> file = new ArrayList<>();
    SecuredBroker.client(trust, "admin").forEach((name, value) -> file.add(name + "=" + value));
    Path properties = Files.write(dir.resolve("admin.properties"), file);
    String start = "./scripts/vfr kafka acls ";
    List<String> commands =
        Files.readAllLines(Path.of("..", "docs", "security.md")).stream()
            .filter(line -> line.startsWith(start))
            .toList();
    assertThat(commands).hasSizeGreaterThan(10);
    for (String command : commands) {
      List<String> arguments =
          new ArrayList<>(List.of(command.substring(start.length()).split(" ", -1)));
      arguments.addAll(List.of("--command-config", properties.toString()));
      KafkaTool.find("acls").orElseThrow().run(arguments, kafka.bootstrapServers());
    }
  }

  private AppConfig config(EmbeddedKafka kafka, Path trust, String user) {
    return SecuredBroker.application(
        kafka, dir.resolve("state"), SecuredBroker.client(trust, user), "features.emit=true");
  }

  private static KafkaProducer<byte[], byte[]> producer(
      EmbeddedKafka kafka, Path trust, String user) {
    Map<String, Object> properties = new TreeMap<>(SecuredBroker.client(trust, user));
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    // Without a producer id to ask for first, it is the topic that is refused.
    properties.put("enable.idempotence", "false");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private int predictions(EmbeddedKafka kafka, Path trust) {
    Map<String, Object> properties =
        new TreeMap<>(KafkaProperties.consumer(config(kafka, trust, "vfr-reader")));
    properties.put("isolation.level", "read_committed");
    int read = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.PREDICTIONS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        read += consumer.poll(Duration.ofMillis(200)).count();
      }
    }
    return read;
  }

  private static byte[] bar(int day) {
    double close = 100 + day % 7;
    return Topics.PRICES
        .codec()
        .write(
            new PriceBar(
                "AAA",
                1_700_006_400_000L + day * 86_400_000L,
                close - 1,
                close + 2,
                close - 2,
                close,
                1000,
                null));
  }

  private static double count(Application application, String meter) {
    return application.meters().find(meter).counters().stream().mapToDouble(Counter::count).sum();
  }
}
