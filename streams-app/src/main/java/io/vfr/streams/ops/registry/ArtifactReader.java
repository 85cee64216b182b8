package io.vfr.streams.ops.registry;

import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.load.RejectionReason;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Puts the chunks of an archive together again, from {@code vfr.model-artifacts} into a file. */
final class ArtifactReader {
  private static final TopicPartition PARTITION =
      new TopicPartition(Topics.MODEL_ARTIFACTS.name(), 0);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  private final AppConfig config;

  ArtifactReader(AppConfig config) {
    this.config = config;
  }

  /**
   * Reads an archive: from where its registration says that it begins, or where that leads nowhere,
   * as on a copied topic, from the beginning.
   *
   * @param archive the file to write; replaced if it is there
   * @throws ModelRejectedException if the topic does not hold the archive whole
   * @throws IOException if the file cannot be written
   * @throws org.apache.kafka.common.KafkaException if the brokers refuse or do not answer
   */
  void read(ModelRegistration registration, Path archive)
      throws IOException, ModelRejectedException {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            ClientProperties.consumer(config, "model-artifacts", ClientProperties.FETCH_WAIT_ONCE),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(PARTITION));
      long begin = consumer.beginningOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      Long hint = registration.artifactOffset();
      int found = 0;
      if (hint != null && hint > begin && hint < end) {
        found = collect(consumer, registration, hint, end, archive);
      }
      if (found < registration.chunks()) {
        found = collect(consumer, registration, begin, end, archive);
      }
      if (found < registration.chunks()) {
        throw new ModelRejectedException(
            RejectionReason.BAD_ARCHIVE,
            "of the "
                + registration.chunks()
                + " chunks of "
                + registration.key()
                + " "
                + PARTITION.topic()
                + " holds only the first "
                + found);
      }
    }
  }

  /** Writes the chunks in order, each as it is first met; how many there were. */
  private static int collect(
      KafkaConsumer<String, byte[]> consumer,
      ModelRegistration registration,
      long begin,
      long end,
      Path archive)
      throws IOException, ModelRejectedException {
    int index = 0;
    long bytes = 0;
    long stalledAt = System.nanoTime() + STALL_MAX.toNanos();
    consumer.seek(PARTITION, begin);
    try (OutputStream out = Files.newOutputStream(archive)) {
      while (index < registration.chunks() && consumer.position(PARTITION) < end) {
        long before = consumer.position(PARTITION);
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (index < registration.chunks()
              && record.value() != null
              && ArtifactChunks.key(registration.digest(), index).equals(record.key())) {
            bytes += record.value().length;
            requireClaim(registration, bytes <= registration.bytes());
            out.write(record.value());
            index++;
          }
        }
        if (consumer.position(PARTITION) > before) {
          stalledAt = System.nanoTime() + STALL_MAX.toNanos();
        } else if (System.nanoTime() > stalledAt) {
          throw new TimeoutException(PARTITION.topic() + " could not be read to its end");
        }
      }
    }
    if (index == registration.chunks()) {
      requireClaim(registration, bytes == registration.bytes());
    }
    return index;
  }

  private static void requireClaim(ModelRegistration registration, boolean kept)
      throws ModelRejectedException {
    if (!kept) {
      throw new ModelRejectedException(
          RejectionReason.BAD_ARCHIVE,
          "the chunks of "
              + registration.key()
              + " do not make up the "
              + registration.bytes()
              + " bytes that are registered");
    }
  }
}
