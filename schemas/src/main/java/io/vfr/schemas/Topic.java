package io.vfr.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A topic: its name, how it is created, and what its values are.
 *
 * @param <T> the record of its messages
 */
public record Topic<T>(TopicSpec spec, MessageCodec<T> codec) {
  /** The topic's name. */
  public String name() {
    return spec.name();
  }

  /** Writes values; null stays null. */
  public Serializer<T> serializer() {
    return (topic, message) -> message == null ? nothing() : codec.write(message);
  }

  /**
   * Reads values; null stays null. Throws a {@link SerializationException} for what breaks the
   * contract: input topics are read by the application's own deserializers instead, which give a
   * reason.
   */
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? nothing() : read(topic, bytes);
  }

  /** Both. */
  public Serde<T> serde() {
    return Serdes.serdeFrom(serializer(), deserializer());
  }

  private T read(String topic, byte[] bytes) {
    try {
      return codec.read(bytes);
    } catch (InvalidMessageException e) {
      throw new SerializationException(
          "record of " + topic + " refused, " + e.code() + ": " + e.getMessage(), e);
    }
  }

  /** Kafka's null value; its interfaces are not annotated for null. */
  @SuppressWarnings("NullAway")
  private static <V> V nothing() {
    @Nullable V nothing = null;
    return nothing;
  }
}
