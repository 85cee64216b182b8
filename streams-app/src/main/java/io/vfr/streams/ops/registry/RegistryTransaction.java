package io.vfr.streams.ops.registry;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * What one change of the registry writes: it appears as a whole or not at all. Begun and ended by
 * {@link RegistryPublisher}.
 */
final class RegistryTransaction {
  private final Producer<String, byte[]> producer;
  private final List<ModelRegistration> written = new ArrayList<>();
  private RegistryState state;
  private @Nullable Future<RecordMetadata> last;

  /**
   * A transaction that was begun.
   *
   * @param state the state that it changes
   */
  RegistryTransaction(Producer<String, byte[]> producer, RegistryState state) {
    this.producer = producer;
    this.state = state;
  }

  /** The state as it is after what was written so far. */
  RegistryState state() {
    return state;
  }

  /** What was written so far, in order. */
  List<ModelRegistration> written() {
    return List.copyOf(written);
  }

  /** The offset behind the last registration; to be asked after the commit. */
  long end() {
    if (last == null) {
      throw new IllegalStateException("nothing was written");
    }
    return offset(last) + 1;
  }

  void write(ModelRegistration registration) {
    last =
        producer.send(
            new ProducerRecord<>(
                Topics.MODELS.name(),
                0,
                registration.key(),
                Topics.MODELS.codec().write(registration)));
    state = state.with(registration);
    written.add(registration);
  }

  void write(List<ModelRegistration> registrations) {
    registrations.forEach(this::write);
  }

  /**
   * Sends an archive in chunks.
   *
   * @return the offset of the first one
   */
  long send(Path archive, String digest) throws IOException {
    @Nullable Future<RecordMetadata> first = null;
    try (InputStream in = Files.newInputStream(archive)) {
      int index = 0;
      for (byte[] chunk = in.readNBytes(ArtifactChunks.BYTES);
          chunk.length > 0;
          chunk = in.readNBytes(ArtifactChunks.BYTES)) {
        Future<RecordMetadata> sent =
            producer.send(
                new ProducerRecord<>(
                    Topics.MODEL_ARTIFACTS.name(), 0, ArtifactChunks.key(digest, index++), chunk));
        first = first == null ? sent : first;
      }
    }
    if (first == null) {
      throw new IOException(archive + " is empty");
    }
    producer.flush();
    return offset(first);
  }

  private static long offset(Future<RecordMetadata> sent) {
    try {
      return sent.get().offset();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
