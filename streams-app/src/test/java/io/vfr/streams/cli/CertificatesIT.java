package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS without passwords: clients that are known by their certificates, or not at all. */
class CertificatesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int BARS = 20;

  @TempDir private Path dir;
  private SecuredBroker files;

  @BeforeEach
  void makeFiles() {
    files = new SecuredBroker(dir);
  }

  @Test
  void mutualTls_rightsGoByCertificate_andStrangersStayOut() throws Exception {
    Path key = files.store("broker");
    Path trust = files.trust(key, "broker");
    Path known = dir.resolve("known.p12");
    Map<String, String> admin = known(known, trust, "admin");
    Map<String, String> app = known(known, trust, "vfr-app");
    Map<String, String> feed = known(known, trust, "vfr-feed");
    Map<String, String> reader = known(known, trust, "vfr-reader");
    Map<String, String> stranger = SecuredBroker.certifiedClient(trust, files.store("stranger"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.certified(key, known))) {
      CommandRun created =
          CommandRun.of(SecuredBroker.with(kafka, admin, "topics", "create", "--partitions", "2"));
      assertThat(created.exitCode()).as(created.err()).isZero();
      files.allow(kafka, admin);
      assertPredicts(kafka, app, feed);
      assertThat(SecuredBroker.predictions(kafka, reader)).isEqualTo(BARS);
      SecuredBroker.assertCannotWrite(kafka, reader, Topics.PRICES.name());
      assertRefused(kafka, stranger);
      assertRefused(kafka, SecuredBroker.client(trust));
    }
  }

  @Test
  void tlsForEverybody_encryptsWithoutLogin() throws Exception {
    Path key = files.store("broker");
    Map<String, String> client = SecuredBroker.client(files.trust(key, "broker"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(files.encrypted(key))) {
      CommandRun created =
          CommandRun.of(SecuredBroker.with(kafka, client, "topics", "create", "--partitions", "2"));
      assertThat(created.exitCode()).as(created.err()).isZero();
      assertPredicts(kafka, client, client);
      assertThat(SecuredBroker.predictions(kafka, client)).isEqualTo(BARS);
      // Nothing in the clear is understood.
      assertRefused(
          kafka,
          Map.of(
              "security.protocol", "PLAINTEXT",
              "default.api.timeout.ms", "6000",
              "request.timeout.ms", "3000"));
    }
  }

  /** A client whose certificate the broker knows. */
  private Map<String, String> known(Path known, Path trust, String user) throws Exception {
    Path own = files.store(user);
    files.addTrust(known, own, user);
    return SecuredBroker.certifiedClient(trust, own);
  }

  private static void assertRefused(EmbeddedKafka kafka, Map<String, String> client) {
    CommandRun run = CommandRun.of(SecuredBroker.with(kafka, client, "topics", "describe"));
    assertThat(run.exitCode()).as(run.out()).isEqualTo(1);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).doesNotContain(SecuredBroker.STORE_PASSWORD);
  }

  private void assertPredicts(
      EmbeddedKafka kafka, Map<String, String> app, Map<String, String> feed) throws Exception {
    AppConfig config = SecuredBroker.application(kafka, dir.resolve("state"), app);
    Map<String, Object> properties = new TreeMap<>(feed);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    try (Application application = Application.start(config, InstantSource.system());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(application.awaitRunning(PATIENCE)).isTrue();
      for (int day = 0; day < BARS; day++) {
        PriceBar bar =
            new PriceBar(
                "AAA", 1_700_006_400_000L + day * 86_400_000L, 99, 102, 98, 100, 1000, null);
        byte[] value = Topics.PRICES.codec().write(bar);
        producer
            .send(new ProducerRecord<>(Topics.PRICES.name(), "AAA".getBytes(UTF_8), value))
            .get();
      }
      await()
          .atMost(PATIENCE)
          .until(() ->
              application.meters().get("vfr.predictions").counters().stream()
                      .mapToDouble(counter -> counter.count())
                      .sum()
                  == BARS);
    }
  }
}
