package io.vfr.streams.ops;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.scoring.ModelStanding;
import io.vfr.streams.scoring.ModelStandingJson;
import io.vfr.streams.scoring.Standings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code vfr.model-standings} from its beginning on a thread of its own, so that every
 * instance weighs the models by the same outcomes. Until the topic was read, or while the brokers
 * are away, the last known standings stand. Thread-safe.
 */
final class StandingsFollower implements Supplier<Standings>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandingsFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private final Map<String, ModelStanding> known = new HashMap<>();
  private volatile Standings standings = Standings.NONE;
  private volatile boolean closed;

  StandingsFollower(AppConfig config) {
    Properties p = new Properties();
    p.putAll(KafkaProperties.consumer(config));
    p.put(ConsumerConfig.CLIENT_ID_CONFIG, config.applicationId() + "-standings");
    p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    consumer = new KafkaConsumer<>(p, new StringDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofPlatform().name("model-standings").daemon().unstarted(this::follow);
  }

  void start() {
    thread.start();
  }

  private void follow() {
    try (consumer) {
      TopicPartition partition = new TopicPartition(Topics.MODEL_STANDINGS.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!closed) {
        poll();
      }
    } catch (WakeupException e) {
      LOG.debug("The standings are followed no more");
    }
  }

  private void poll() {
    try {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      records.forEach(this::take);
      if (!records.isEmpty()) {
        standings = new Standings(known);
      }
    } catch (WakeupException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn("Standings of models cannot be read, the last known ones stand: {}", e.getMessage());
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      return;
    }
    if (record.value() == null) {
      known.remove(record.key());
      return;
    }
    try {
      known.put(record.key(), ModelStandingJson.read(record.value()));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn(
          "The record of vfr.model-standings at offset {} is none, and is left out: {}",
          record.offset(),
          e.getMessage());
    }
  }

  @Override
  public Standings get() {
    return standings;
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
