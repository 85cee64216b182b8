package io.vfr.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.state.StateStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsClientsIT {
  private static final int RECORDS = 3_000;

  @TempDir Path dir;

  /**
   * Kafka Streams gives tasks up of its own accord, when a commit takes too long for example. What
   * was read and not committed must be read again, also after the rebalance that follows.
   */
  @Test
  void taskGivenUp_whatItHadReadIsReadAgain() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      prepare(kafka);
      AtomicInteger taken = new AtomicInteger();
      try (StreamsRunner runner =
          new StreamsRunner(
              topology(() -> new GivenUpOnce(taken)),
              ConfigLoader.load(
                      ConfigLoader.Sources.ofArguments(
                          "application.id=given-up",
                          "bootstrap.servers=" + kafka.bootstrapServers(),
                          "streams.state-dir=" + dir.resolve("state")))
                  .config())) {
        runner.start();
        assertThat(committed(kafka)).containsAll(keys());
        assertThat(taken).hasValueGreaterThan(RECORDS);
      }
    }
  }

  /** The same without the race between the rebalance and the task: what a task that begins asks. */
  @Test
  void committedOffsetsAreAsked_readingGoesOnThere() throws Exception {
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("broker")))) {
      prepare(kafka);
      TopicPartition in = new TopicPartition("in", 0);
      try (Consumer<byte[], byte[]> consumer =
          new StreamsClients(Set.of())
              .getConsumer(
                  Map.of(
                      "bootstrap.servers",
                      kafka.bootstrapServers(),
                      "group.id",
                      "asks",
                      "enable.auto.commit",
                      false,
                      "auto.offset.reset",
                      "earliest"))) {
        consumer.assign(List.of(in));
        long read = readSome(consumer, in);
        assertThat(consumer.committed(Set.of(in)).get(in)).isNull();
        assertThat(consumer.position(in)).isZero();

        readSome(consumer, in);
        consumer.commitSync(Map.of(in, new OffsetAndMetadata(7)));
        consumer.committed(Set.of(in));
        assertThat(consumer.position(in)).isEqualTo(7);

        consumer.commitSync(Map.of(in, new OffsetAndMetadata(7 + read)));
        consumer.committed(Set.of(in, new TopicPartition("out", 0)));
        assertThat(consumer.position(in)).as("never forwards").isEqualTo(7);
      }
    }
  }

  private static long readSome(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
      assertThat(Instant.now()).isBefore(deadline);
    }
    return consumer.position(partition);
  }

  private static Set<String> keys() {
    return IntStream.range(0, RECORDS).mapToObj(i -> "key-" + i).collect(Collectors.toSet());
  }

  private static void prepare(EmbeddedKafka kafka) throws Exception {
    Map<String, Object> p = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(p);
        var producer = new KafkaProducer<>(p, new StringSerializer(), new StringSerializer())) {
      admin
          .createTopics(
              List.of(new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1)))
          .all()
          .get();
      for (int i = 0; i < RECORDS; i++) {
        producer.send(new ProducerRecord<>("in", "key-" + i, "x"));
      }
    }
  }

  private static Topology topology(ProcessorSupplier<String, String, String, String> processor) {
    var strings = Serdes.String();
    return new Topology()
        .addSource("source", strings.deserializer(), strings.deserializer(), "in")
        .addProcessor("copy", processor, "source")
        .addStateStore(StateStores.of("seen", Serdes.String()), "copy")
        .addSink("sink", "out", strings.serializer(), strings.serializer(), "copy");
  }

  /** Copies, and finds its task corrupted once, in the middle of a poll. */
  private static final class GivenUpOnce implements Processor<String, String, String, String> {
    private final AtomicInteger taken;
    private @Nullable ProcessorContext<String, String> context;

    GivenUpOnce(AtomicInteger taken) {
      this.taken = taken;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
    }

    @Override
    public void process(Record<String, String> record) {
      if (context == null) {
        throw new IllegalStateException("not initialised");
      }
      if (taken.incrementAndGet() == RECORDS / 2) {
        throw new TaskCorruptedException(Set.of(context.taskId()));
      }
      context
          .<KeyValueStore<String, byte[]>>getStateStore("seen")
          .put(record.key(), record.value().getBytes(StandardCharsets.UTF_8));
      context.forward(record);
    }
  }

  private static Set<String> committed(EmbeddedKafka kafka) {
    Map<String, Object> p =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    Set<String> keys = new HashSet<>();
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    try (var consumer =
        new KafkaConsumer<>(p, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition("out", 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (keys.size() < RECORDS && Instant.now().isBefore(deadline)) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> keys.add(record.key()));
      }
    }
    return keys;
  }
}
