package io.vfr.streams.ops.export;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the committed vectors of {@code vfr.features} from its begin to its end. */
final class FeatureTopic {
  private static final Duration POLL = Duration.ofMillis(200);

  private final AppConfig config;
  private final ExportProgress progress;
  private final BooleanSupplier stop;
  private long vectors;
  private long otherSchema;

  FeatureTopic(AppConfig config, ExportProgress progress, BooleanSupplier stop) {
    this.config = config;
    this.progress = progress;
    this.stop = stop;
  }

  /** Vectors read so far. */
  long vectors() {
    return vectors;
  }

  /** Vectors read so far that are of another schema. */
  long otherSchema() {
    return otherSchema;
  }

  /** Adds every vector up to what is the end now, those of one partition in their order. */
  void readInto(FeatureRows rows) throws IOException {
    requireTopic();
    try (Consumer<String, FeatureValues> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.FEATURES.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long total = sum(ends) - sum(begins);
      progress.beginPhase("reading " + Topics.FEATURES.name(), total);
      while (!reached(consumer, ends)) {
        if (stop.getAsBoolean()) {
          throw new ExportException("stopped before it was done");
        }
        for (ConsumerRecord<String, FeatureValues> record : consumer.poll(POLL)) {
          add(record.value(), rows);
        }
        progress.advancePhase(vectors);
      }
      progress.endPhase(vectors);
    } catch (RecordDeserializationException e) {
      throw new ExportException(
          "the record at %s, offset %d, is no feature vector: %s"
              .formatted(e.topicPartition(), e.offset(), e.getCause()),
          e);
    }
  }

  private void add(FeatureValues vector, FeatureRows rows) throws IOException {
    vectors++;
    if (vector.schema().equals(FeatureSchema.current().id())) {
      rows.add(vector);
    } else {
      otherSchema++;
    }
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static boolean reached(
      Consumer<String, FeatureValues> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void requireTopic() {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(config))) {
      if (!admin.missing(List.of(Topics.FEATURES.name())).isEmpty()) {
        throw new ExportException(
            "no topic " + Topics.FEATURES.name() + " at " + config.bootstrapServers());
      }
    }
  }

  private Consumer<String, FeatureValues> consumer() {
    Map<String, Object> properties = new HashMap<>(KafkaProperties.consumer(config));
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "vfr-features-export");
    return new KafkaConsumer<>(
        properties, new StringDeserializer(), Topics.FEATURES.deserializer());
  }
}
