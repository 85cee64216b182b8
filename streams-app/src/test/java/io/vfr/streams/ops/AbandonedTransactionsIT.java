package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions that somebody left open, with offsets of the input in them: whoever takes the
 * partition over cannot begin before they have ended. They would time out after a minute.
 */
class AbandonedTransactionsIT {
  private static final String APPLICATION = "survivor";
  private static final TopicPartition INPUT = new TopicPartition("in", 0);
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path dir;
  private EmbeddedKafka kafka;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() {
    kafka.close();
  }

  @Test
  void openTransactionOfAnInstanceThatIsGone_isEnded() throws Exception {
    try (var gone = openTransaction(APPLICATION + "-" + UUID.randomUUID() + "-1", APPLICATION);
        StreamsRunner survivor = new StreamsRunner(copy(), config())) {
      survivor.start();
      await().atMost(SOON).until(survivor::isReady);
      assertThatThrownBy(gone::commitTransaction).isInstanceOf(KafkaException.class);
    }
  }

  @Test
  void openTransactionsOfOthers_areLeftAlone() throws Exception {
    UUID process = UUID.randomUUID();
    try (var otherApplication = openTransaction(APPLICATION + "-2-" + process + "-1", "other");
        var otherKind = openTransaction(APPLICATION + "-registry", "other");
        var gone = openTransaction(APPLICATION + "-" + process + "-1", APPLICATION);
        StreamsRunner survivor = new StreamsRunner(copy(), config())) {
      survivor.start();
      await().atMost(SOON).until(survivor::isReady);
      assertThatThrownBy(gone::commitTransaction).isInstanceOf(KafkaException.class);
      otherApplication.commitTransaction();
      otherKind.commitTransaction();
    }
  }

  private KafkaProducer<byte[], byte[]> openTransaction(String transactionalId, String group) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "transactional.id",
                transactionalId,
                "transaction.timeout.ms",
                60_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("out", new byte[] {1}));
    producer.flush();
    producer.sendOffsetsToTransaction(
        Map.of(INPUT, new OffsetAndMetadata(0)), new ConsumerGroupMetadata(group));
    return producer;
  }

  private AppConfig config() {
    return ConfigLoader.load(
            ConfigLoader.Sources.ofArguments(
                "application.id=" + APPLICATION,
                "bootstrap.servers=" + kafka.bootstrapServers(),
                "streams.state-dir=" + dir.resolve("state")))
        .config();
  }

  private static Topology copy() {
    return new Topology()
        .addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
        .addSink("sink", "out", new ByteArraySerializer(), new ByteArraySerializer(), "source");
  }
}
