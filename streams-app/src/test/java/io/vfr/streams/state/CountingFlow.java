package io.vfr.streams.state;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.StreamsRunner;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A topology of one partition that counts the records of each key in one of our stores and sends
 * every count, so that lost state shows as a count that is too small.
 */
final class CountingFlow implements AutoCloseable {
  static final String STORE = "counts";

  private static final String IN = "in";
  private static final String OUT = "out";
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** The most records that were still to be processed when one was. */
  private final AtomicInteger mostAtHand = new AtomicInteger();

  private final EmbeddedKafka kafka;
  private final StreamsRunner runner;

  CountingFlow(EmbeddedKafka kafka, Path stateDir, String mode) {
    this.kafka = kafka;
    AppConfig config =
        ConfigLoader.load(
                ConfigLoader.Sources.ofArguments(
                    "application.id=counting",
                    "bootstrap.servers=" + kafka.bootstrapServers(),
                    "streams.state-dir=" + stateDir,
                    "processing.mode=" + mode))
            .config();
    runner = new StreamsRunner(topology(), config);
    runner.start();
  }

  /** Its topics, before the first one of a broker. */
  static void createTopics(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(IN, 1, (short) 1), new NewTopic(OUT, 1, (short) 1)))
          .all()
          .get();
    }
  }

  /** Where the files of the store are. */
  static Path files(Path stateDir) {
    return stateDir.resolve("counting").resolve("0_0").resolve("rocksdb").resolve(STORE);
  }

  private Topology topology() {
    var strings = Serdes.String();
    return new Topology()
        .addSource("source", strings.deserializer(), strings.deserializer(), IN)
        .addProcessor("count", () -> new Count(mostAtHand), "source")
        .addStateStore(StateStores.of(STORE, Serdes.String()), "count")
        .addSink("sink", OUT, strings.serializer(), strings.serializer(), "count");
  }

  private static final class Count implements Processor<String, String, String, String> {
    private final AtomicInteger mostAtHand;
    private @Nullable ProcessorContext<String, String> context;
    private @Nullable KeyValueStore<String, byte[]> store;
    private CommitPace.@Nullable Turn turn;

    Count(AtomicInteger mostAtHand) {
      this.mostAtHand = mostAtHand;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      turn = CommitPace.turnOf(context);
      turn.keep(context, COMMIT_INTERVAL);
      store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, String> record) {
      if (store == null || context == null || turn == null) {
        throw new IllegalStateException("not initialised");
      }
      mostAtHand.accumulateAndGet(CommitPace.atHand(), Math::max);
      byte[] stored = store.get(record.key());
      int count = 1 + (stored == null ? 0 : Integer.parseInt(text(stored)));
      store.put(record.key(), Integer.toString(count).getBytes(StandardCharsets.UTF_8));
      context.forward(record.withValue(Integer.toString(count)));
      turn.processed(context);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Sends one record of each of these many keys. */
  void sendEach(int keys) {
    Map<String, Object> p = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (var producer = new KafkaProducer<>(p, new StringSerializer(), new StringSerializer())) {
      IntStream.range(0, keys)
          .forEach(key -> producer.send(new ProducerRecord<>(IN, "key-" + key, "x")));
    }
  }

  /** The last count of each key, once this many counts were committed in all. */
  Map<String, Integer> counts(int total) {
    Map<String, Object> p =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    Map<String, Integer> counts = new HashMap<>();
    int read = 0;
    Instant deadline = Instant.now().plus(WAIT);
    try (var consumer =
        new KafkaConsumer<>(p, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(OUT, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (read < total && Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          counts.put(record.key(), Integer.parseInt(record.value()));
          read++;
        }
      }
    }
    return counts;
  }

  int mostAtHand() {
    return mostAtHand.get();
  }

  boolean isReady() {
    return runner.isReady();
  }

  @Override
  public void close() {
    runner.close();
  }
}
