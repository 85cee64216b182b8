package io.vfr.streams.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** The settings, keys and passwords of a broker that wants TLS and a login, and of its clients. */
record SecuredBroker(Path dir) {
  static final String STORE_PASSWORD = "test-only";
  private static final List<String> USERS =
      List.of("admin", "vfr-app", "vfr-feed", "vfr-reader", "vfr-ml", "vfr-ops");

  /** A broker with TLS, a password for each user and an authorizer. */
  EmbeddedKafka.Options secured(Path keyStore) {
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
    broker.putAll(keys(keyStore));
    return EmbeddedKafka.Options.in(dir.resolve("kafka"))
        .withSecurity(SecurityProtocol.SASL_SSL, broker);
  }

  /** A broker with TLS that knows its clients by certificates, and an authorizer. */
  EmbeddedKafka.Options certified(Path keyStore, Path trustStore) {
    Map<String, String> broker = new TreeMap<>();
    broker.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    broker.put("allow.everyone.if.no.acl.found", "false");
    broker.put("super.users", "User:ANONYMOUS;User:admin");
    broker.put("ssl.client.auth", "required");
    broker.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+)$/$1/");
    broker.putAll(keys(keyStore));
    broker.putAll(trusted(trustStore));
    return EmbeddedKafka.Options.in(dir.resolve("kafka"))
        .withSecurity(SecurityProtocol.SSL, broker);
  }

  /** A broker with TLS that lets everybody in. */
  EmbeddedKafka.Options encrypted(Path keyStore) {
    return EmbeddedKafka.Options.in(dir.resolve("kafka"))
        .withSecurity(SecurityProtocol.SSL, keys(keyStore));
  }

  private static Map<String, String> keys(Path keyStore) {
    return Map.of(
        "ssl.keystore.location",
        keyStore.toString(),
        "ssl.keystore.type",
        "PKCS12",
        "ssl.keystore.password",
        STORE_PASSWORD,
        "ssl.key.password",
        STORE_PASSWORD);
  }

  private static Map<String, String> trusted(Path trustStore) {
    return Map.of(
        "ssl.truststore.location",
        trustStore.toString(),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.password",
        STORE_PASSWORD);
  }

  /** What a client needs to come in without a login. */
  static Map<String, String> client(Path trust) {
    Map<String, String> properties = new TreeMap<>(trusted(trust));
    properties.put("security.protocol", "SSL");
    return properties;
  }

  /** What a client needs to come in with a certificate. */
  static Map<String, String> certifiedClient(Path trust, Path keyStore) {
    Map<String, String> properties = client(trust);
    properties.putAll(keys(keyStore));
    return properties;
  }

  /** What a client needs to come in with a password. */
  static Map<String, String> client(Path trust, String user) {
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
    properties.putAll(trusted(trust));
    return properties;
  }

  /** The configuration of an application with the same, with the shipped models. */
  static AppConfig application(
      EmbeddedKafka kafka, Path stateDir, Map<String, String> client, String... further) {
    List<String> settings = new ArrayList<>(List.of(further));
    settings.add("bootstrap.servers=" + kafka.bootstrapServers());
    settings.add("streams.state-dir=" + stateDir);
    settings.add("models.dir=" + Path.of("..", "models", "registry"));
    settings.add("http.port=0");
    client.forEach((name, value) -> settings.add("kafka." + name + "=" + value));
    return ConfigLoader.load(ConfigLoader.Sources.ofArguments(settings.toArray(String[]::new)))
        .config();
  }

  /** A command line with the same. */
  static String[] with(EmbeddedKafka kafka, Path trust, String user, String... command) {
    return with(kafka, client(trust, user), command);
  }

  /** A command line with a client's properties. */
  static String[] with(EmbeddedKafka kafka, Map<String, String> client, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    client.forEach(
        (name, value) -> arguments.addAll(List.of("--set", "kafka." + name + "=" + value)));
    return arguments.toArray(String[]::new);
  }

  /** A file for {@code --config} with the same. */
  Path file(EmbeddedKafka kafka, Map<String, String> client, String... further) throws IOException {
    List<String> lines = new ArrayList<>(List.of(further));
    lines.add("bootstrap.servers=" + kafka.bootstrapServers());
    client.forEach((name, value) -> lines.add("kafka." + name + "=" + value));
    return Files.write(Files.createTempFile(dir, "vfr", ".properties"), lines);
  }

  /** Runs every command of docs/security.md. */
  void allow(EmbeddedKafka kafka, Map<String, String> admin) throws Exception {
    List<String> lines = new ArrayList<>();
    admin.forEach((name, value) -> lines.add(name + "=" + value));
    Path properties = Files.write(dir.resolve("admin.properties"), lines);
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

  /** Whether a client may not write to a topic. */
  static void assertCannotWrite(EmbeddedKafka kafka, Map<String, String> client, String topic) {
    Map<String, Object> properties = new TreeMap<>(client);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    // Without a producer id to ask for first, it is the topic that is refused.
    properties.put("enable.idempotence", "false");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[] {1})).get())
          .as(topic)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  /** How many committed predictions a client reads. */
  static int predictions(EmbeddedKafka kafka, Map<String, String> client) {
    Map<String, Object> properties = new TreeMap<>(client);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
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

  /** A key of its own with a certificate that it has signed itself, for the loopback address. */
  Path store(String name) throws Exception {
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

  /** A trust store with the certificate of a store. */
  Path trust(Path store, String name) throws Exception {
    return addTrust(dir.resolve(name + "-trust.p12"), store, name);
  }

  /** Puts the certificate of a store into a trust store, which is made if it is not there. */
  Path addTrust(Path trust, Path store, String name) throws Exception {
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
