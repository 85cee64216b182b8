package io.vfr.streams.ops;

import io.vfr.streams.ingest.PollProgress;
import io.vfr.streams.state.CommitPace;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams' clients, with a main consumer that tells {@link PollProgress} what each poll
 * brought for the co-partitioned inputs, and that begins every task where the last commit ended;
 * and with producers that do not outlive an aborted transaction (docs/decisions/0014) and, without
 * a linger, send what one poll brought forth together ({@link ThreadProducer}).
 */
final class StreamsClients implements KafkaClientSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsClients.class);

  private final KafkaClientSupplier standard = new DefaultKafkaClientSupplier();
  private final Set<String> topics;

  /**
   * Creates a supplier.
   *
   * @param topics the co-partitioned inputs, whose partition number names the task
   */
  StreamsClients(Set<String> topics) {
    this.topics = Set.copyOf(topics);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return standard.getAdmin(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new ThreadProducer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new MainConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return standard.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return standard.getGlobalConsumer(config);
  }

  private final class MainConsumer extends KafkaConsumer<byte[], byte[]> {
    MainConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ThreadProducer.sendHeld();
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      CommitPace.polled(records.count());
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

    /**
     * Kafka Streams asks this when a task begins, with nothing of its partitions at hand. A task
     * that was given up (TaskCorruptedException) must read again what its aborted transaction had
     * read, but 4.3.1 forgets to go back when a rebalance follows, as it does under exactly once:
     * it makes the task anew, and the partition, which it never lost, goes on where it was.
     */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
      Map<TopicPartition, OffsetAndMetadata> committed = super.committed(partitions);
      partitions.stream()
          .filter(assignment()::contains)
          .forEach(partition -> goBack(partition, committed.get(partition)));
      return committed;
    }

    private void goBack(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
      long position;
      try {
        position = position(partition, Duration.ZERO);
      } catch (TimeoutException | InvalidOffsetException e) {
        // Nothing was read of it yet: it will begin at what is committed.
        return;
      }
      if (committed == null ? position > 0 : position > committed.offset()) {
        LOG.info(
            "Task of {} begins again: from {} back to {}",
            partition,
            position,
            committed == null ? "the beginning" : committed.offset());
        if (committed == null) {
          seekToBeginning(Set.of(partition));
        } else {
          seek(partition, committed);
        }
      }
    }
  }
}
