package io.vfr.bench.flow;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.Topics;
import io.vfr.streams.state.CommitPace;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
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

/**
 * A flow without state and models, with the client settings that ours has: at least once those of
 * its profile {@code low-latency}.
 */
final class PlainFlow implements AutoCloseable {
  /** Where every contender but ours writes to. */
  static final String OUTPUT_TOPIC = "bench-out";

  /** Where outcomes, alerts and changes of state are written that ours made before. */
  static final String OUTCOMES_TOPIC = "bench-outcomes";

  static final String ALERTS_TOPIC = "bench-alerts";
  static final String STATE_TOPIC = "bench-state";

  private final KafkaStreams streams;

  private PlainFlow(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Starts it.
   *
   * @param written what is written for the prices; null writes what was read
   */
  static PlainFlow start(Settings settings, @Nullable Written written) {
    KafkaStreams streams = new KafkaStreams(topology(written), properties(settings));
    streams.start();
    return new PlainFlow(streams);
  }

  static Topology topology(@Nullable Written written) {
    Topology topology = new Topology();
    topology.addSource(
        "prices",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        Topics.PRICES.name());
    topology.addProcessor(
        "work", () -> written == null ? new PassThrough() : new WriteAgain(written), "prices");
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

  /** The client settings that ours has, where it does not depend on what is done. */
  static Properties properties(Settings settings) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    p.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        settings.exactlyOnce() ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    p.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
    p.put(StreamsConfig.RETRY_BACKOFF_MS_CONFIG, 20L);
    p.put(StreamsConfig.POLL_MS_CONFIG, 20L);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), -1);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.SEND_BUFFER_CONFIG), -1);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        settings.exactlyOnce() ? "lz4" : "none");
    p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        settings.exactlyOnce() ? lingerUntilCommit(settings.commitInterval()) : 0);
    return p;
  }

  private static long lingerUntilCommit(Duration commitInterval) {
    long millis = commitInterval.toMillis();
    return CommitPace.isShort(commitInterval) ? millis / 2 : millis;
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

    WriteAgain(Written written) {
      parts = written.parts();
      next = new int[parts.size()];
      due = new double[parts.size()];
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (!(Codecs.PRICE.parse(record.value()) instanceof Parsed.Accepted<PriceEvent>)) {
        throw new IllegalStateException("the bench sent a bad price");
      }
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
