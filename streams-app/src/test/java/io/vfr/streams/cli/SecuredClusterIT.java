package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
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
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that wants TLS and passwords and allows nothing but what the commands of
 * docs/security.md allow: they are run as they stand there.
 */
class SecuredClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String STORE_PASSWORD = "test-only";
  private static final List<String> USERS =
      List.of("admin", "vfr-app", "vfr-feed", "vfr-reader", "vfr-ml", "vfr-ops");

  @TempDir private Path dir;

  @Test
  void application_worksWithItsRights_overTls_andAReaderCannotWrite() throws Exception {
    Path key = store("broker");
    Path trust = trust(key, "broker");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(secured(key))) {
      CommandRun.of(with(kafka, trust, "admin", "topics", "create", "--partitions", "2"));
      allow(kafka, trust);
      CommandRun described = CommandRun.of(with(kafka, trust, "vfr-ops", "topics", "describe"));
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
          CommandRun.of(with(kafka, trust, "vfr-ops", "dead-letters", "list", "--json"));
      assertThat(letters.out()).as(letters.err()).contains("\"found\":1");
      CommandRun redrive =
          CommandRun.of(with(kafka, trust, "vfr-ops", "dead-letters", "redrive", "--all"));
      assertThat(redrive.out()).as(redrive.err()).contains("sent 1 to vfr.prices");
    }
  }

  @Test
  void otherAuthority_isOneErrorLine_withoutSecrets() throws Exception {
    Path key = store("broker");
    Path other = trust(store("other"), "other");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(secured(key))) {
      CommandRun run = CommandRun.of(with(kafka, other, "admin", "topics", "describe"));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).containsIgnoringCase("SSL").doesNotContain(STORE_PASSWORD, "pw-admin");
      CommandRun verbose =
          CommandRun.of(with(kafka, other, "admin", "topics", "describe", "--verbose"));
      assertThat(verbose.err()).doesNotContain(STORE_PASSWORD, "pw-admin");
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
    client(trust, "admin").forEach((name, value) -> file.add(name + "=" + value));
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

  private EmbeddedKafka.Options secured(Path keyStore) {
    StringBuilder users = new StringBuilder();
    USERS.forEach(user -> users.append(" \"user_" + user + "\"=\"pw-" + user + "\""));
    Map<String, String> broker = new TreeMap<>();
    broker.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    broker.put("allow.everyone.if.no.acl.found", "false");
    // The brokers among themselves are on a loopback listener without a login.
    broker.put("super.users", "User:ANONYMOUS;User:admin");
    broker.put("sasl.enabled.mechanisms", "PLAIN");
    broker.put(
        "listener.name.client.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required" + users + ";");
    broker.put("ssl.keystore.location", keyStore.toString());
    broker.put("ssl.keystore.type", "PKCS12");
    broker.put("ssl.keystore.password", STORE_PASSWORD);
    broker.put("ssl.key.password", STORE_PASSWORD);
    return EmbeddedKafka.Options.in(dir.resolve("kafka"))
        .withSecurity(SecurityProtocol.SASL_SSL, broker);
  }

  private static Map<String, String> client(Path trust, String user) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "PLAIN");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\""
            + user
            + "\" password=\"pw-"
            + user
            + "\";");
    properties.put("ssl.truststore.location", trust.toString());
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.password", STORE_PASSWORD);
    return properties;
  }

  private static String[] with(EmbeddedKafka kafka, Path trust, String user, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    client(trust, user)
        .forEach(
            (name, value) -> arguments.addAll(List.of("--set", "kafka." + name + "=" + value)));
    return arguments.toArray(String[]::new);
  }

  private AppConfig config(EmbeddedKafka kafka, Path trust, String user) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + dir.resolve("state"),
                "models.dir=" + Path.of("..", "models", "registry"),
                "features.emit=true",
                "http.port=0"));
    client(trust, user).forEach((name, value) -> settings.add("kafka." + name + "=" + value));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings.toArray(String[]::new)))
        .config();
  }

  private static KafkaProducer<byte[], byte[]> producer(
      EmbeddedKafka kafka, Path trust, String user) {
    Map<String, Object> properties = new TreeMap<>(client(trust, user));
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

  /** A key of its own with a certificate that it has signed itself, for the loopback address. */
  private Path store(String name) throws Exception {
    Path store = dir.resolve(name + ".p12");
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD);
    return store;
  }

  private Path trust(Path store, String name) throws Exception {
    Path certificate = dir.resolve(name + ".pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        name,
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD,
        "-file",
        certificate.toString());
    Path trust = dir.resolve(name + "-trust.p12");
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        name,
        "-file",
        certificate.toString(),
        "-storetype",
        "PKCS12",
        "-keystore",
        trust.toString(),
        "-storepass",
        STORE_PASSWORD);
    return trust;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
