package io.vfr.chaos.swaps;

import io.vfr.chaos.oracle.Version;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.registry.ModelArchive;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.registry.ArtifactChunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Promotes versions as anyone could who may write to the topics: nothing is verified. */
final class RawRegistry implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;

  RawRegistry(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /**
   * Sends a version's bytes and registers it as champion.
   *
   * @param predecessor the champion that it claims to replace; null if there is none
   * @param share how much of the archive is sent, 1 for all of it
   */
  void promote(Version version, @Nullable String predecessor, double share)
      throws IOException, ModelRejectedException {
    Path file = Files.createTempFile("chaos-", ".zip");
    byte[] archive;
    try {
      ModelArchive.pack(version.dir(), file);
      archive = Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
    int length = (int) (archive.length * share);
    int chunks = ArtifactChunks.count(length);
    for (int i = 0; i < chunks; i++) {
      int from = i * ArtifactChunks.BYTES;
      byte[] chunk =
          Arrays.copyOfRange(archive, from, Math.min(length, from + ArtifactChunks.BYTES));
      producer.send(
          new ProducerRecord<>(
              Topics.MODEL_ARTIFACTS.name(), ArtifactChunks.key(version.digest(), i), chunk));
    }
    producer.flush();
    long now = System.currentTimeMillis();
    ModelRegistration registration =
        new ModelRegistration(
            version.id(),
            version.version(),
            ModelStage.CHAMPION,
            version.digest(),
            length,
            chunks,
            now,
            now,
            "chaos",
            null,
            predecessor,
            "chaos");
    producer.send(
        new ProducerRecord<>(
            Topics.MODELS.name(),
            registration.key(),
            Codecs.MODEL_REGISTRATION.write(registration)));
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
