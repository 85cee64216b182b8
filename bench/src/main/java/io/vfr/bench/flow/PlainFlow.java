package io.vfr.bench.flow;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** A flow without state and models, with the client settings that ours has. */
final class PlainFlow implements AutoCloseable {
  /** Where every contender but ours writes to. */
  static final String OUTPUT_TOPIC = "bench-out";

  private final KafkaStreams streams;

  private PlainFlow(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * Starts it.
   *
   * @param outputBytes size of what is written for each record; 0 writes what was read
   */
  static PlainFlow start(Settings settings, int outputBytes) {
    Topology topology = new Topology();
    topology.addSource(
        "prices",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        Topics.PRICES.name());
    topology.addProcessor(
        "work",
        () -> outputBytes == 0 ? new PassThrough() : new ParseAndWrite(outputBytes),
        "prices");
    topology.addSink(
        "out",
        OUTPUT_TOPIC,
        Serdes.ByteArray().serializer(),
        Serdes.ByteArray().serializer(),
        "work");
    KafkaStreams streams = new KafkaStreams(topology, properties(settings));
    streams.start();
    return new PlainFlow(streams);
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
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        settings.exactlyOnce() ? "lz4" : "none");
    p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
        settings.exactlyOnce() ? settings.commitInterval().toMillis() : 0);
    return p;
  }

  private static final class PassThrough
      extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    @Override
    public void process(Record<byte[], byte[]> record) {
      context().forward(record);
    }
  }

  /**
   * What is written is as little compressible as a prediction: digits for half of it, and no two
   * are the same.
   */
  private static final class ParseAndWrite
      extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final byte[] template;
    private long parsed;

    ParseAndWrite(int bytes) {
      template = new byte[bytes];
      Random random = new Random(1);
      for (int i = 0; i < bytes; i++) {
        template[i] = (byte) (i % 40 < 20 ? '0' + random.nextInt(10) : 'a' + i % 26);
      }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (!(Codecs.PRICE.parse(record.value())
          instanceof Parsed.Accepted<PriceEvent>(PriceEvent event))) {
        throw new IllegalStateException("the bench sent a bad price");
      }
      byte[] out = template.clone();
      ByteBuffer.wrap(out).putLong(event.ts()).putLong(parsed++);
      context().forward(record.withValue(out));
    }
  }

  @Override
  public void close() {
    streams.close(CloseOptions.timeout(Duration.ofSeconds(30)));
  }
}
