package io.vfr.streams.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "letters";

  @TempDir Path dir;

  @Test
  void start_oneNode_keepsRecordsOverRestart() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      createTopic(kafka, 1);
      produce(kafka, Map.of(), "a", "b");
      assertThat(consume(kafka, 2)).containsExactly("a", "b");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      produce(kafka, Map.of(), "c");
      assertThat(consume(kafka, 3)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void start_oneNode_committedTransactionsOnlyAreRead() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      createTopic(kafka, 1);
      transact(kafka, true, "kept");
      transact(kafka, false, "dropped");
      transact(kafka, true, "also kept");
      assertThat(consume(kafka, 2)).containsExactly("kept", "also kept");
    }
  }

  @Test
  void start_threeNodes_servesWhileOneIsDown() throws Exception {
    EmbeddedKafka.Options three = EmbeddedKafka.Options.in(dir).withNodes(3);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(three)) {
      assertThat(kafka.bootstrapServers().split(",")).hasSize(3);
      createTopic(kafka, 3);
      transact(kafka, true, "a");
      kafka.stopNode(0);
      transact(kafka, true, "b");
      kafka.startNode(0);
      transact(kafka, true, "c");
      assertThat(consume(kafka, 3)).containsExactly("a", "b", "c");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(three)) {
      assertThat(consume(kafka, 3)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void close_threeNodes_endsSoon() {
    EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir).withNodes(3));
    Instant before = Instant.now();
    kafka.close();
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void start_unknownTopicIsUsed_isNotCreated() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir));
        KafkaProducer<String, String> producer =
            producer(kafka, Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1500"))) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("typo", "x")).get())
          .hasMessageContaining("typo not present in metadata");
    }
  }

  @Test
  void start_saslPlain_refusesWrongPassword() throws Exception {
    EmbeddedKafka.Options options =
        EmbeddedKafka.Options.in(dir)
            .withSecurity(
                SecurityProtocol.SASL_PLAINTEXT,
                Map.of(
                    "sasl.enabled.mechanisms",
                    "PLAIN",
                    "listener.name.client.plain.sasl.jaas.config",
                    login("user_ann=\"right\"")));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
      assertThatThrownBy(() -> nodeIds(kafka, sasl("wrong")))
          .hasMessageContaining("Invalid username or password");
      assertThat(nodeIds(kafka, sasl("right"))).containsExactly(1);
    }
  }

  @Test
  void start_portInUse_saysSo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedKafka.Options options = EmbeddedKafka.Options.in(dir).withPort(taken.getLocalPort());
      assertThatThrownBy(() -> EmbeddedKafka.start(options))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("port " + taken.getLocalPort())
          .hasMessageContaining("in use")
          .hasMessageContaining("--port");
    }
  }

  @Test
  void start_directoryOfAnotherNodeCount_saysWhich() {
    EmbeddedKafka.start(EmbeddedKafka.Options.in(dir)).close();
    assertThatThrownBy(() -> EmbeddedKafka.start(EmbeddedKafka.Options.in(dir).withNodes(3)))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("1 node(s), not 3");
  }

  @Test
  void start_directoryIsAFile_saysSo() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> EmbeddedKafka.start(EmbeddedKafka.Options.in(file)))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("cannot make the data directory " + file);
  }

  @Test
  void start_directoryInUse_saysSo() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      assertThatThrownBy(() -> EmbeddedKafka.start(EmbeddedKafka.Options.in(dir)))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("in use by another broker");
      assertThat(kafka.nodeCount()).isEqualTo(1);
    }
  }

  @Test
  void start_unformattedNodeOfAKnownCluster_isFormatted() throws IOException {
    // What a crash between writing the description and formatting leaves behind.
    ClusterDirectory.open(dir, 1).close();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      createTopic(kafka, 1);
    }
  }

  @Test
  void start_unknownBrokerProperty_valueIsChecked() {
    EmbeddedKafka.Options options =
        EmbeddedKafka.Options.in(dir).withProperties(Map.of("num.io.threads", "many"));
    assertThatThrownBy(() -> EmbeddedKafka.start(options))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("num.io.threads");
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> EmbeddedKafka.Options.in(dir).withNodes(2))
        .hasMessage("nodes must be 1 or 3, got 2");
    assertThatThrownBy(() -> EmbeddedKafka.Options.in(dir).withPort(70_000))
        .hasMessageContaining("got 70000");
  }

  private static String login(String options) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required " + options + ";";
  }

  private static Map<String, String> sasl(String password) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        SaslConfigs.SASL_MECHANISM,
        "PLAIN",
        SaslConfigs.SASL_JAAS_CONFIG,
        login("username=\"ann\" password=\"" + password + "\""));
  }

  private static List<Integer> nodeIds(EmbeddedKafka kafka, Map<String, String> client)
      throws Exception {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(properties)) {
      return admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
    }
  }

  private static void createTopic(EmbeddedKafka kafka, int replication) {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) replication))).all().get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedKafka kafka, Map<String, String> more) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("acks", "all");
    properties.putAll(more);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  private static void produce(EmbeddedKafka kafka, Map<String, String> more, String... values)
      throws Exception {
    try (KafkaProducer<String, String> producer = producer(kafka, more)) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(TOPIC, value)).get();
      }
    }
  }

  private static void transact(EmbeddedKafka kafka, boolean commit, String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        producer(kafka, Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "writer"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, value)).get();
      if (commit) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    }
  }

  private static List<String> consume(EmbeddedKafka kafka, int count) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      List<String> values = new ArrayList<>();
      Instant deadline = Instant.now().plusSeconds(30);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while ((values.size() < count || consumer.position(partition) < end)
          && Instant.now().isBefore(deadline)) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
