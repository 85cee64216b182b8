package io.vfr.streams.ops;

import io.vfr.schemas.Alert;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes alerts about the instance itself, which no input record raises. They are sent outside
 * the flow's transactions: losing one must not stop the flow, so a failed send is logged with what
 * it would have said. Thread-safe.
 */
final class AlertPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertPublisher.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final AppConfig config;

  /** Made with the first alert: there may be no topic before. */
  private @Nullable KafkaProducer<String, Alert> producer;

  private boolean closed;

  AlertPublisher(AppConfig config) {
    this.config = config;
  }

  private synchronized @Nullable KafkaProducer<String, Alert> producer() {
    if (producer == null && !closed) {
      producer = make();
    }
    return closed ? null : producer;
  }

  private KafkaProducer<String, Alert> make() {
    Properties p = new Properties();
    p.putAll(KafkaProperties.producer(config));
    p.put(ProducerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-alerts");
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return new KafkaProducer<>(p, new StringSerializer(), Topics.ALERTS.serializer());
  }

  void publish(Alert alert) {
    String key = alert.symbol() == null ? alert.instance() : alert.symbol();
    KafkaProducer<String, Alert> open = producer();
    if (open == null) {
      LOG.warn("The alert {} came when alerts were closed", alert.message());
      return;
    }
    open.send(
        new ProducerRecord<>(Topics.ALERTS.name(), key, alert),
        (metadata, error) -> {
          if (error != null) {
            LOG.warn(
                "The alert {} could not be published: {}", alert.message(), error.getMessage());
          }
        });
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
  }
}
