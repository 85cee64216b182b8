package io.vfr.streams.ops.registry;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * {@code vfr.models} being read from its beginning. Belongs to one thread, but for {@link #wakeUp}.
 */
final class RegistryTopic implements AutoCloseable {
  /** What is told of records that are read. */
  interface Listener {
    /** A registration or a tombstone was taken over. */
    void taken(RegistryRecord record);

    /** A record was skipped. */
    void refused(RegistryRecord.Refused record, long offset);

    /** Takes no notice. */
    Listener NONE =
        new Listener() {
          @Override
          public void taken(RegistryRecord record) {}

          @Override
          public void refused(RegistryRecord.Refused record, long offset) {}
        };
  }

  /** Most registrations that are kept: whoever floods the topic must not fill the heap. */
  static final int REGISTRATIONS_MAX = 10_000;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final TopicPartition PARTITION = new TopicPartition(Topics.MODELS.name(), 0);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Listener listener;
  private final Map<String, RegistryState.Entry> entries = new HashMap<>();
  private long next;
  private long firstEnd = -1;

  /**
   * Begins to read.
   *
   * @param purpose part of the client's name
   * @param fetchWait how long a broker may wait for more before it answers
   */
  RegistryTopic(AppConfig config, String purpose, Duration fetchWait, Listener listener) {
    this.listener = listener;
    consumer =
        new KafkaConsumer<>(
            ClientProperties.consumer(config, purpose, fetchWait),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(PARTITION));
    consumer.seekToBeginning(List.of(PARTITION));
  }

  /**
   * Reads what comes next; true if the state may have changed.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse, or do not answer at first
   */
  boolean poll(Duration timeout) {
    if (firstEnd < 0) {
      firstEnd = end();
    }
    boolean changed = false;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      changed |= take(record);
    }
    return changed;
  }

  /** Whether all that was there when reading began has been read. */
  boolean isCaughtUp() {
    return firstEnd >= 0 && consumer.position(PARTITION) >= firstEnd;
  }

  /**
   * Reads all that is there now.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse or do not answer
   */
  RegistryState readToEnd() {
    return readTo(end());
  }

  /**
   * Reads all below an offset, waiting for what is written and not yet to be seen.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse or do not answer
   */
  RegistryState readTo(long end) {
    long deadline = System.nanoTime() + ClientProperties.ANSWER_TIMEOUT.toNanos();
    while (consumer.position(PARTITION) < end) {
      long before = consumer.position(PARTITION);
      poll(POLL);
      if (consumer.position(PARTITION) > before) {
        deadline = System.nanoTime() + ClientProperties.ANSWER_TIMEOUT.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new TimeoutException(PARTITION.topic() + " could not be read to its end");
      }
    }
    return state();
  }

  private long end() {
    return consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() < next) {
      // The topic was deleted and made anew: what the old one said is gone.
      entries.clear();
    }
    next = record.offset() + 1;
    RegistryRecord understood = RegistryRecord.of(record.key(), record.value());
    switch (understood) {
      case RegistryRecord.Registered(ModelRegistration registration) -> {
        if (entries.size() >= REGISTRATIONS_MAX && !entries.containsKey(registration.key())) {
          listener.refused(
              new RegistryRecord.Refused(
                  registration.key(), "there are " + REGISTRATIONS_MAX + " registrations already"),
              record.offset());
          return false;
        }
        entries.put(registration.key(), new RegistryState.Entry(registration, record.offset()));
        listener.taken(understood);
        return true;
      }
      case RegistryRecord.Deleted(String key) -> {
        listener.taken(understood);
        return entries.remove(key) != null;
      }
      case RegistryRecord.Refused refused -> {
        listener.refused(refused, record.offset());
        return false;
      }
    }
  }

  /** What has been read. */
  RegistryState state() {
    return new RegistryState(entries.values());
  }

  /** Makes a poll that another thread waits in, or its next one, end with an exception. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(ClientProperties.ANSWER_TIMEOUT));
  }
}
