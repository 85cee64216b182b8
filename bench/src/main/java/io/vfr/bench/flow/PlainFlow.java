package io.vfr.bench.flow;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.StreamsProperties;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A flow without state and models, with the clients' settings that ours has. */
final class PlainFlow implements AutoCloseable {
  /** Where every contender but ours writes to. */
  static final String OUTPUT_TOPIC = "bench-out";

  /** Where outcomes, alerts and changes of state are written that ours made before. */
  static final String OUTCOMES_TOPIC = "bench-outcomes";

  static final String ALERTS_TOPIC = "bench-alerts";
  static final String STATE_TOPIC = "bench-state";

  /** Kafka's own: long enough for a contender that the machine lets wait. */
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(45);

  private final KafkaStreams streams;

  private PlainFlow(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Starts it.
   *
   * @param ours our configuration in the same run
   * @param written what is written for the prices; null writes what was read
   * @param computeMicros for how long it computes for each price, if it writes something else
   */
  static PlainFlow start(
      Settings settings, AppConfig ours, @Nullable Written written, double computeMicros) {
    KafkaStreams streams =
        new KafkaStreams(
            topology(written, () -> Computation.ofMicros(computeMicros)),
            properties(settings, ours));
    streams.start();
    return new PlainFlow(streams);
  }

  static Topology topology(@Nullable Written written, Supplier<Computation> computations) {
    Topology topology = new Topology();
    topology.addSource(
        "prices",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        Topics.PRICES.name());
    topology.addProcessor(
        "work",
        () -> written == null ? new PassThrough() : new WriteAgain(written, computations.get()),
        "prices");
    List<String> outputs =
        written == null
            ? List.of(OUTPUT_TOPIC)
            : written.parts().stream().map(Written.Part::topic).toList();
    for (String output : outputs) {
      topology.addSink(
          output, output, Serdes.ByteArray().serializer(), Serdes.ByteArray().serializer(), "work");
    }
    return topology;
  }

  /** The clients' settings that ours has, with Kafka Streams' own guarantees. */
  static Properties properties(Settings settings, AppConfig ours) {
    Properties p = new Properties();
    StreamsProperties.of(ours, SESSION_TIMEOUT, Optional.empty())
        .forEach((key, value) -> {
          if (isOfClients((String) key)) {
            p.put(key, value);
          }
        });
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    p.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        settings.exactlyOnce() ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    p.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
    return p;
  }

  private static boolean isOfClients(String key) {
    return key.startsWith(StreamsConfig.CONSUMER_PREFIX)
        || key.startsWith(StreamsConfig.MAIN_CONSUMER_PREFIX)
        || key.startsWith(StreamsConfig.PRODUCER_PREFIX)
        || ConsumerConfig.configNames().contains(key)
        || ProducerConfig.configNames().contains(key)
        || key.equals(StreamsConfig.POLL_MS_CONFIG);
  }

  private static final class PassThrough
      extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      context().forward(record);
    }
  }

  /** Writes what ours made before, each topic's records in their order, and begins again. */
  private static final class WriteAgain
      extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final List<Written.Part> parts;

    /** By part: the next of its records, and how much of one is due. */
    private final int[] next;

    private final double[] due;

    private final Computation computation;

    WriteAgain(Written written, Computation computation) {
      this.computation = computation;
      parts = written.parts();
      next = new int[parts.size()];
      due = new double[parts.size()];
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (!(Codecs.PRICE.parse(record.value()) instanceof Parsed.Accepted<PriceEvent>)) {
        throw new IllegalStateException("the bench sent a bad price");
      }
      computation.run();
      for (int i = 0; i < next.length; i++) {
        Written.Part part = parts.get(i);
        for (due[i] += part.perPrice(); due[i] >= 1; due[i]--) {
          List<byte[]> payloads = part.payloads().values();
          context().forward(record.withValue(payloads.get(next[i])), part.topic());
          next[i] = next[i] + 1 == payloads.size() ? 0 : next[i] + 1;
        }
      }
    }
  }

  @Override
  public void close() {
    streams.close(CloseOptions.timeout(Duration.ofSeconds(30)));
  }
}
