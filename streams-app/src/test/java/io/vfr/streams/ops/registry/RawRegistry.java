package io.vfr.streams.ops.registry;

import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelArchive;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes to the registry's topics as anyone could: nothing is verified. */
final class RawRegistry implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;

  RawRegistry(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** The registration of a directory's model whose bytes have been sent. */
  ModelRegistration upload(Path dir, ModelStage stage) throws Exception {
    Path archive = Files.createTempFile("raw", ".zip");
    try {
      ModelArchive.pack(dir, archive);
      return upload(dir, stage, Files.readAllBytes(archive));
    } finally {
      Files.delete(archive);
    }
  }

  /** The same with other bytes. */
  ModelRegistration upload(Path dir, ModelStage stage, byte[] archive) throws Exception {
    String digest = Sha256.hex(Files.readAllBytes(dir.resolve("manifest.json")));
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < archive.length; at += ArtifactChunks.BYTES) {
      chunks.add(
          Arrays.copyOfRange(archive, at, Math.min(archive.length, at + ArtifactChunks.BYTES)));
    }
    chunks(digest, chunks);
    return registration(dir, stage, digest, archive.length, chunks.size());
  }

  /** Sends chunks. */
  void chunks(String digest, List<byte[]> chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      producer.send(
          new ProducerRecord<>(
              Topics.MODEL_ARTIFACTS.name(), ArtifactChunks.key(digest, i), chunks.get(i)));
    }
    producer.flush();
  }

  /** Any record of vfr.model-artifacts. */
  void chunk(String key, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(Topics.MODEL_ARTIFACTS.name(), key, value));
  }

  /** A registration by the directory's name. */
  static ModelRegistration registration(
      Path dir, ModelStage stage, String digest, long bytes, int chunks) {
    Path parent = dir.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(dir + " is not <id>/<version>");
    }
    return new ModelRegistration(
        String.valueOf(parent.getFileName()),
        String.valueOf(dir.getFileName()),
        stage,
        digest,
        bytes,
        chunks,
        Registrations.TS,
        Registrations.TS,
        "test",
        null,
        null,
        null);
  }

  void register(ModelRegistration registration) {
    record(registration.key(), Codecs.MODEL_REGISTRATION.write(registration));
  }

  /** Any record of vfr.models. */
  void record(String key, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(Topics.MODELS.name(), key, value));
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
