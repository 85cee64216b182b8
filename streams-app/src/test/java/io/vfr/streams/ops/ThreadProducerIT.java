package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vfr.streams.CommittedRecords;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class ThreadProducerIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private static Path dir;

  private static EmbeddedKafka kafka;

  private final List<String> acknowledged = new CopyOnWriteArrayList<>();
  private final List<Exception> errors = new ArrayList<>();
  private String topic = "";
  private long now;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void createTopic(TestInfo test) throws Exception {
    topic = test.getTestMethod().orElseThrow().getName();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  @Test
  void records_areSentTogetherBeforeTheNextPoll() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      send(producer, "b");
      assertThat(isUntouched(producer)).isTrue();
      ThreadProducer.sendHeld();
      assertThat(isUntouched(producer)).isFalse();
      producer.flush();
      assertThat(acknowledged).containsExactly("a", "b");
    }
  }

  @Test
  void mainConsumerPolls_whatIsHeldIsSent() throws Exception {
    StreamsClients clients = new StreamsClients(Set.of());
    Map<String, Object> withoutLinger = new HashMap<>(config());
    withoutLinger.put("linger.ms", 0);
    try (Producer<byte[], byte[]> producer = clients.getProducer(withoutLinger);
        Consumer<byte[], byte[]> consumer =
            clients.getConsumer(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "a");
      assertThat(isUntouched(producer)).isTrue();
      consumer.poll(Duration.ZERO);
      await().atMost(TIMEOUT).until(() -> acknowledged.contains("a"));
    }
  }

  @Test
  void asMuchAsABatchTakes_isSentAtOnce() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "x".repeat(ThreadProducer.HELD_BYTES - 2));
      send(producer, "y");
      assertThat(isUntouched(producer)).isTrue();
      send(producer, "z");
      assertThat(isUntouched(producer)).isFalse();
    }
  }

  @Test
  void firstHeldForLong_allAreSentWithTheNext() throws Exception {
    try (ThreadProducer producer = begun()) {
      now = 1;
      send(producer, "a");
      now += ThreadProducer.HELD_NANOS - 1;
      send(producer, "b");
      assertThat(isUntouched(producer)).isTrue();
      now++;
      send(producer, "c");
      assertThat(isUntouched(producer)).isFalse();
      producer.commitTransaction();
      assertCommitted("a", "b", "c");
    }
  }

  /** A topic that is not there is waited for: once, and not for each record. */
  @Test
  void recordCannotBeSent_itsCallbackIsTold_andNothingIsCommitted() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      sendTo(producer, "missing", "b");
      sendTo(producer, "missing", "c");
      send(producer, "d");
      ThreadProducer.sendHeld();
      assertThat(errors).singleElement().isInstanceOf(TimeoutException.class);
      producer.flush();
      assertThatThrownBy(
              () -> producer.sendOffsetsToTransaction(Map.of(), new ConsumerGroupMetadata("g")))
          .isInstanceOf(ProducerFencedException.class)
          .hasMessageContaining("could not be sent");
      assertThatThrownBy(producer::commitTransaction).isInstanceOf(ProducerFencedException.class);
      producer.abortTransaction();
      assertThatThrownBy(producer::beginTransaction).isInstanceOf(ProducerFencedException.class);
    }
  }

  /** What Kafka's producer throws is told to the callback as well. */
  @Test
  void sendingIsInterrupted_theCallbackIsTold_andNothingIsCommitted() throws Exception {
    try (ThreadProducer producer = begun()) {
      sendTo(producer, "missing", "a");
      send(producer, "b");
      Thread.currentThread().interrupt();
      ThreadProducer.sendHeld();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(errors).singleElement().isInstanceOf(InterruptException.class);
      producer.flush();
      assertThat(acknowledged).isEmpty();
      assertThatThrownBy(producer::commitTransaction)
          .isInstanceOf(ProducerFencedException.class)
          .hasMessageContaining("a record for missing could not be sent");
      producer.abortTransaction();
    }
  }

  @Test
  void lingers_nothingIsHeld() throws Exception {
    try (ThreadProducer producer = begun(new ThreadProducer(config()))) {
      send(producer, "a");
      assertThat(isUntouched(producer)).isFalse();
    }
  }

  /** Kafka Streams' dead letters are sent in a callback of the network thread. */
  @Test
  void callbackSends_itsRecordIsNotHeld() throws Exception {
    try (ThreadProducer producer = begun()) {
      AtomicReference<Future<RecordMetadata>> second = new AtomicReference<>();
      producer.send(
          new ProducerRecord<>(topic, 0, null, new byte[] {'a'}),
          (metadata, error) -> second.set(send(producer, "b")));
      producer.flush();
      producer.commitTransaction();
      assertThat(second.get().state()).isEqualTo(Future.State.SUCCESS);
      assertCommitted("a", "b");
    }
  }

  @Test
  void commit_takesWhatIsHeldAlong() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      send(producer, "b");
      producer.commitTransaction();
      assertThat(acknowledged).containsExactly("a", "b");
      assertCommitted("a", "b");
    }
  }

  @Test
  void flush_sendsWhatIsHeld() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      producer.flush();
      assertThat(acknowledged).containsExactly("a");
    }
  }

  @Test
  void abort_dropsWhatIsHeld() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      producer.abortTransaction();
      ThreadProducer.sendHeld();
      assertThat(isUntouched(producer)).isTrue();
    }
  }

  @Test
  void close_dropsWhatIsHeld_andTheThreadPollsOn() throws Exception {
    ThreadProducer producer = begun();
    send(producer, "a");
    producer.close(Duration.ZERO);
    ThreadProducer.sendHeld();
    assertThat(acknowledged).isEmpty();
  }

  /** Callbacks are where Kafka Streams looks for it, and gives the thread's tasks up. */
  @Test
  void anotherInstanceHasTakenOver_theCallbackOfAHeldRecordIsTold() throws Exception {
    try (ThreadProducer producer = begun()) {
      send(producer, "a");
      producer.flush();
      try (ThreadProducer other = begun()) {
        send(producer, "b");
        producer.flush();
        assertThat(errors).hasSize(1);
        assertThat(errors.getFirst())
            .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
        send(other, "c");
        other.commitTransaction();
      }
    }
    assertThat(acknowledged).containsExactly("a", "c");
    assertCommitted("c");
  }

  private ThreadProducer begun() {
    return begun(new ThreadProducer(config(), true, () -> now));
  }

  private static ThreadProducer begun(ThreadProducer producer) {
    producer.initTransactions();
    producer.beginTransaction();
    return producer;
  }

  private Map<String, Object> config() {
    return Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers(),
        "transactional.id",
        topic,
        // What it was given it keeps until it is told otherwise.
        "linger.ms",
        60_000,
        "max.block.ms",
        5_000);
  }

  private Future<RecordMetadata> send(Producer<byte[], byte[]> producer, String value) {
    return sendTo(producer, topic, value);
  }

  private Future<RecordMetadata> sendTo(
      Producer<byte[], byte[]> producer, String to, String value) {
    return producer.send(
        new ProducerRecord<>(to, 0, null, value.getBytes(StandardCharsets.UTF_8)),
        (metadata, error) -> {
          if (error == null) {
            acknowledged.add(value);
          } else {
            errors.add(error);
          }
        });
  }

  /** Whether Kafka's producer has been given nothing that it keeps. */
  private static boolean isUntouched(Producer<byte[], byte[]> producer) {
    return Objects.equals(
        metric(producer, "buffer-available-bytes"), metric(producer, "buffer-total-bytes"));
  }

  private static Object metric(Producer<byte[], byte[]> producer, String name) {
    return producer.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals(name))
        .map(metric -> metric.getValue().metricValue())
        .findFirst()
        .orElseThrow();
  }

  private void assertCommitted(String... values) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() ->
            assertThat(CommittedRecords.of(kafka, new ByteArrayDeserializer(), List.of(topic)))
                .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                .containsExactly(values));
  }
}
