package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.state.StateStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tasks of one stream thread have in common is its transaction. */
class AbortedTransactionIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 3;

  /** Longer than commits take while there is no rebalance. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(2);

  @TempDir private Path dir;

  /** By partition, the member that has it. */
  private final Map<Integer, String> owners = new ConcurrentHashMap<>();

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicBoolean corrupted = new AtomicBoolean();

  /** The corrupted task is being closed; its thread gets back to the rebalance only behind that. */
  private final CountDownLatch givenUp = new CountDownLatch(1);

  private final List<String> read = new ArrayList<>();

  /**
   * A rebalance is on, since one member is busy, so nothing can be committed; another member has
   * processed a record of one task when it finds the other one corrupted.
   */
  @Test
  void taskGivenUpDuringARebalance_whatTheThreadsOtherTaskWroteIsWrittenAgain() throws Exception {
    try (EmbeddedKafka kafka =
            EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
        var outputs = outputs(kafka);
        KafkaStreams first = member(kafka, "first");
        KafkaStreams second = member(kafka, "second");
        KafkaStreams third = member(kafka, "third");
        // Closed first: a member that waits would never end.
        AutoCloseable release = released::countDown) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("in", PARTITIONS, (short) 1),
                  new NewTopic("out", PARTITIONS, (short) 1)))
          .all()
          .get();
      first.start();
      second.start();
      await()
          .atMost(TIMEOUT)
          .until(() ->
              Set.copyOf(owners.values()).size() == 2
                  && owners.size() == PARTITIONS
                  && first.state() == KafkaStreams.State.RUNNING
                  && second.state() == KafkaStreams.State.RUNNING);
      String two =
          IntStream.range(0, PARTITIONS)
              .filter(p -> partitionsOf(owners.get(p)).size() == 2)
              .mapToObj(owners::get)
              .findFirst()
              .orElseThrow();
      List<Integer> ofTwo = partitionsOf(two);
      int busy =
          IntStream.range(0, PARTITIONS).filter(p -> !ofTwo.contains(p)).findFirst().orElseThrow();

      producer.send(new ProducerRecord<>("in", busy, "busy", "wait")).get();
      third.start();
      List<String> sent = new ArrayList<>();
      do {
        String key = "key-" + sent.size();
        sent.add(key);
        producer.send(new ProducerRecord<>("in", ofTwo.get(0), key, "x")).get();
        poll(outputs, UNCOMMITTED);
      } while (read.contains(sent.getLast()));
      producer.send(new ProducerRecord<>("in", ofTwo.get(1), "corrupt", "corrupt")).get();
      assertThat(givenUp.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      release.close();

      sent.add("busy");
      sent.add("corrupt");
      Instant deadline = Instant.now().plus(TIMEOUT);
      while (read.size() < sent.size() && Instant.now().isBefore(deadline)) {
        poll(outputs, Duration.ofMillis(200));
      }
      assertThat(read).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  private List<Integer> partitionsOf(@Nullable String member) {
    return owners.entrySet().stream()
        .filter(each -> each.getValue().equals(member))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private void poll(KafkaConsumer<String, String> outputs, Duration length) {
    Instant end = Instant.now().plus(length);
    while (Instant.now().isBefore(end)) {
      outputs.poll(Duration.ofMillis(100)).forEach(record -> read.add(record.key()));
    }
  }

  private static KafkaConsumer<String, String> outputs(EmbeddedKafka kafka) {
    var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.assign(
        IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition("out", p)).toList());
    return consumer;
  }

  private KafkaStreams member(EmbeddedKafka kafka, String name) {
    var strings = Serdes.String();
    Topology topology =
        new Topology()
            .addSource("source", strings.deserializer(), strings.deserializer(), "in")
            .addProcessor("copy", () -> new Copy(name), "source")
            .addStateStore(StateStores.of("seen", strings), "copy")
            .addSink("sink", "out", strings.serializer(), strings.serializer(), "copy");
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, "aborted");
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    p.put(StreamsConfig.STATE_DIR_CONFIG, dir.resolve(name).toString());
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 200);
    return new KafkaStreams(topology, p, new StreamsClients(Set.of()));
  }

  /** Copies; may wait, or find its task corrupted once. */
  private final class Copy implements Processor<String, String, String, String> {
    private final String member;
    private @Nullable ProcessorContext<String, String> context;
    private boolean isCorrupted;

    Copy(String member) {
      this.member = member;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      owners.put(context.taskId().partition(), member);
    }

    @Override
    public void process(Record<String, String> record) {
      ProcessorContext<String, String> context = this.context;
      if (context == null) {
        throw new IllegalStateException("not initialised");
      }
      if (record.key().equals("busy")) {
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (record.key().equals("corrupt") && corrupted.compareAndSet(false, true)) {
        isCorrupted = true;
        throw new TaskCorruptedException(Set.of(context.taskId()));
      }
      context
          .<KeyValueStore<String, byte[]>>getStateStore("seen")
          .put(record.key(), record.value().getBytes(StandardCharsets.UTF_8));
      context.forward(record);
    }

    @Override
    public void close() {
      if (isCorrupted) {
        givenUp.countDown();
      }
    }
  }
}
