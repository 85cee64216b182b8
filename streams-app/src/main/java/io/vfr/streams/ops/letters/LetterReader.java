package io.vfr.streams.ops.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed dead letters, and which of them were sent again, up to the end of now. */
public final class LetterReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private long unreadable;

  /** Connects. */
  public LetterReader(AppConfig config) {
    Map<String, Object> properties = new HashMap<>(KafkaProperties.consumer(config));
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_TIMEOUT.toMillis());
    try {
      consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw new LetterException("cannot connect to Kafka: " + reason(e), e);
    }
  }

  /** Records met that are no dead letters: somebody else's. */
  public long unreadable() {
    return unreadable;
  }

  /** The ids of letters that were sent again. */
  public Set<String> redriven() {
    Set<String> ids = new HashSet<>();
    read(
        Topics.REDRIVES.name(),
        record -> {
          if (record.key() != null) {
            ids.add(new String(record.key(), UTF_8));
          }
          return true;
        });
    return ids;
  }

  /** Hands over every letter that a filter lets pass, those of one partition in their order. */
  public void forEach(LetterFilter filter, Consumer<DeadLetter> action) {
    forEachWhile(
        filter,
        letter -> {
          action.accept(letter);
          return true;
        });
  }

  /** The same, until the action says no. */
  void forEachWhile(LetterFilter filter, Predicate<DeadLetter> action) {
    unreadable = 0;
    read(
        Topics.DEAD_LETTERS.name(),
        record -> {
          DeadLetter letter = DeadLetter.of(record);
          if (letter == null) {
            unreadable++;
            return true;
          }
          return !filter.matches(letter) || action.test(letter);
        });
  }

  private void read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> action) {
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new LetterException("there is no topic " + topic + "; see 'vfr topics create'");
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          long end = ends.getOrDefault(new TopicPartition(topic, record.partition()), 0L);
          if (record.offset() < end && !action.test(record)) {
            return;
          }
        }
      }
    } catch (KafkaException e) {
      throw new LetterException("cannot read " + topic + ": " + reason(e), e);
    }
  }

  static String reason(KafkaException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(ANSWER_TIMEOUT));
  }
}
