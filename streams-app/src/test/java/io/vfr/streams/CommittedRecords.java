package io.vfr.streams;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** What a read-committed reader finds in topics. */
public final class CommittedRecords {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private CommittedRecords() {}

  /** All that is committed by now: partition by partition, each in its order. */
  public static <K> List<ConsumerRecord<K, byte[]>> of(
      EmbeddedKafka kafka, Deserializer<K> keys, List<String> topics) {
    Map<String, Object> p =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    try (var consumer = new KafkaConsumer<>(p, keys, new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<K, byte[]>> records = new ArrayList<>();
      Instant deadline = Instant.now().plus(PATIENCE);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        if (Instant.now().isAfter(deadline)) {
          throw new AssertionError("only " + records.size() + " records of " + topics + " came");
        }
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }
}
