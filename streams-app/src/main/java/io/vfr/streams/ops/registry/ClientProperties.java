package io.vfr.streams.ops.registry;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What the registry's own Kafka clients are made with. */
final class ClientProperties {
  /** How long a request may take before brokers count as absent. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** How long a broker waits for more where a topic is read to its end and left. */
  static final Duration FETCH_WAIT_ONCE = Duration.ofMillis(20);

  /** How long it waits where a topic is followed. */
  static final Duration FETCH_WAIT_FOLLOWING = Duration.ofMillis(500);

  /**
   * One id for all publishers: Kafka lets only the latest of them write, so that a change is made
   * to the state that its publisher has read, or not at all.
   */
  private static final String TRANSACTIONAL_ID = "vfr-model-registry";

  /** Enough for a quarter of a gigabyte, and below what brokers allow at most. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(5);

  private ClientProperties() {}

  /**
   * A consumer that reads a topic from its beginning, by itself and only what was committed.
   *
   * @param fetchWait how long a broker may wait for more before it answers: closing waits for that
   */
  static Map<String, Object> consumer(AppConfig config, String purpose, Duration fetchWait) {
    Map<String, Object> p = new HashMap<>(KafkaProperties.consumer(config));
    p.remove(ConsumerConfig.GROUP_ID_CONFIG);
    p.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    p.put(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-" + purpose);
    p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    p.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) fetchWait.toMillis());
    p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    p.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_TIMEOUT.toMillis());
    return p;
  }

  /** The producer of the one publisher that may write. */
  static Map<String, Object> publisher(AppConfig config) {
    Map<String, Object> p = new HashMap<>(KafkaProperties.producer(config));
    p.put(ProducerConfig.CLIENT_ID_CONFIG, TRANSACTIONAL_ID);
    p.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    p.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2 * (int) ANSWER_TIMEOUT.toMillis());
    p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    p.put(ProducerConfig.ACKS_CONFIG, "all");
    return p;
  }
}
