package io.vfr.streams.ops;

import io.vfr.streams.ingest.PollProgress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * Kafka Streams' clients, with a main consumer that tells {@link PollProgress} what each poll
 * brought for the co-partitioned inputs.
 */
final class CountingClientSupplier implements KafkaClientSupplier {
  private final KafkaClientSupplier standard = new DefaultKafkaClientSupplier();
  private final Set<String> topics;

  /**
   * Creates a supplier.
   *
   * @param topics the co-partitioned inputs, whose partition number names the task
   */
  CountingClientSupplier(Set<String> topics) {
    this.topics = Set.copyOf(topics);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return standard.getAdmin(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return standard.getProducer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new CountingConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return standard.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return standard.getGlobalConsumer(config);
  }

  private final class CountingConsumer extends KafkaConsumer<byte[], byte[]> {
    CountingConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      if (!records.isEmpty()) {
        PollProgress progress = PollProgress.ofThread();
        for (TopicPartition partition : records.partitions()) {
          if (topics.contains(partition.topic())) {
            progress.task(partition.partition()).polled(records.records(partition).size());
          }
        }
      }
      return records;
    }
  }
}
