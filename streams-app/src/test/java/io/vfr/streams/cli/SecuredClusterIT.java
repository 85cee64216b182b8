package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
  private static final long DAY_ZERO = 1_700_006_400_000L;

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
      create(kafka, trust);
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
      for (String topic :
          List.of(Topics.PRICES.name(), Topics.PREDICTIONS.name(), Topics.MODELS.name())) {
        SecuredBroker.assertCannotWrite(kafka, SecuredBroker.client(trust, "vfr-reader"), topic);
      }
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
      assertThat(verbose.err())
          .contains("\tat ")
          .containsIgnoringCase("SSL")
          .doesNotContain(STORE_PASSWORD, "pw-admin");
    }
  }

  /** An ML engineer ships a model, sees it serve, and can do nothing else. */
  @Test
  void engineer_publishesModels_andNothingElse() throws Exception {
    Path key = files.store("broker");
    Path trust = files.trust(key, "broker");
    Map<String, String> engineer = SecuredBroker.client(trust, "vfr-ml");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.secured(key))) {
      create(kafka, trust);
      CommandRun publish =
          CommandRun.of(
              SecuredBroker.with(
                  kafka,
                  engineer,
                  "models",
                  "publish",
                  Path.of("..", "models", "registry", "mean-reversion-xgb-v2", "2.1.0")
                      .toString()));
      assertThat(publish.exitCode()).as(publish.err()).isZero();
      CommandRun list = CommandRun.of(SecuredBroker.with(kafka, engineer, "models", "list"));
      assertThat(list.exitCode()).as(list.err()).isZero();
      assertThat(list.out()).contains("mean-reversion-xgb-v2");
      for (String topic :
          List.of(Topics.PRICES.name(), Topics.PREDICTIONS.name(), Topics.MODEL_STANDINGS.name())) {
        SecuredBroker.assertCannotWrite(kafka, engineer, topic);
      }
      CommandRun read = CommandRun.of(SecuredBroker.with(kafka, engineer, "dead-letters", "list"));
      assertThat(read.exitCode()).as(read.out()).isEqualTo(1);
      assertThat(read.err().lines()).hasSize(1);
    }
  }

  /** What users start: processes that have everything from a file. */
  @Test
  void runAndReplay_asProcesses_overTlsWithPasswords() throws Exception {
    Path key = files.store("broker");
    Path trust = files.trust(key, "broker");
    StringBuilder csv = new StringBuilder("symbol,ts,open,high,low,close,volume\n");
    for (int day = 0; day < 40; day++) {
      csv.append("AAA,").append(DAY_ZERO + day * 86_400_000L).append(",1,2,1,1.5,100\n");
    }
    Path prices = Files.writeString(dir.resolve("prices.csv"), csv);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.secured(key))) {
      create(kafka, trust);
      Path app =
          files.file(
              kafka,
              SecuredBroker.client(trust, "vfr-app"),
              "streams.state-dir=" + dir.resolve("state"),
              "models.dir=" + Path.of("..", "models", "registry").toAbsolutePath(),
              "http.port=0");
      Path feed = files.file(kafka, SecuredBroker.client(trust, "vfr-feed"));
      try (VfrProcess run = VfrProcess.start(dir, "run", "--config", app.toString())) {
        assertThat(run.readLine()).isEqualTo("ready");
        try (VfrProcess replay =
            VfrProcess.start(
                dir, "replay", "--prices", prices.toString(), "--config", feed.toString())) {
          assertThat(replay.awaitExit()).as(replay.errors()).isZero();
        }
        await().atMost(PATIENCE).until(() -> predictions(kafka, trust) == 40);
        run.terminate();
        assertThat(run.awaitExit()).as(run.errors()).isZero();
        assertThat(run.errors()).doesNotContain("pw-", STORE_PASSWORD);
      }
      try (VfrProcess refused =
          VfrProcess.start(
              dir,
              "run",
              "--config",
              app.toString(),
              "--set",
              "kafka.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule"
                  + " required username=\"vfr-app\" password=\"pw-other\";")) {
        assertThat(refused.awaitExit()).isEqualTo(1);
        assertThat(refused.errors()).contains("Invalid username or password");
        assertThat(refused.errors()).doesNotContain("pw-", STORE_PASSWORD);
      }
    }
  }

  private void create(EmbeddedKafka kafka, Path trust) throws Exception {
    CommandRun created =
        CommandRun.of(
            SecuredBroker.with(kafka, trust, "admin", "topics", "create", "--partitions", "2"));
    assertThat(created.exitCode()).as(created.err()).isZero();
    files.allow(kafka, SecuredBroker.client(trust, "admin"));
  }

  private static int predictions(EmbeddedKafka kafka, Path trust) {
    return SecuredBroker.predictions(kafka, SecuredBroker.client(trust, "vfr-reader"));
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

  private static byte[] bar(int day) {
    double close = 100 + day % 7;
    return Topics.PRICES
        .codec()
        .write(
            new PriceBar(
                "AAA",
                DAY_ZERO + day * 86_400_000L,
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
