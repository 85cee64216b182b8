package io.vfr.streams.cli.demo;

import io.vfr.streams.cli.demo.feed.FeedRecord;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends feed records as any producer would, keyed, with Kafka's default partitioner. */
final class DemoFeeder implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long sent;
  private long pricesSent;

  DemoFeeder(String bootstrapServers) {
    Properties p = new Properties();
    p.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    p.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    p.put(ProducerConfig.LINGER_MS_CONFIG, 1);
    producer = new KafkaProducer<>(p, new StringSerializer(), new ByteArraySerializer());
  }

  void send(FeedRecord record) {
    producer.send(
        new ProducerRecord<>(record.topic(), record.key(), record.value()),
        (metadata, error) -> {
          if (error != null) {
            failure.compareAndSet(null, error);
          }
        });
    sent++;
    pricesSent += record.isPrice() ? 1 : 0;
  }

  /** Waits until the broker has everything. */
  void flush() {
    producer.flush();
    Exception error = failure.get();
    if (error != null) {
      throw new IllegalStateException(
          "the demo's input could not be sent: " + error.getMessage(), error);
    }
  }

  long sent() {
    return sent;
  }

  long pricesSent() {
    return pricesSent;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
