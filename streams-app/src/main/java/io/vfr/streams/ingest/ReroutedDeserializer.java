package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.Topics;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of {@code vfr.rerouted} as the input topic would be read that their headers name.
 * Like {@link InputDeserializer} it never throws and never returns null.
 */
final class ReroutedDeserializer implements Deserializer<Ingested<?>> {
  private final Map<String, Intake<?>> intakes;

  /**
   * Creates one.
   *
   * @param intakes the inputs that are sent on, by topic
   */
  ReroutedDeserializer(Map<String, Intake<?>> intakes) {
    this.intakes = Map.copyOf(intakes);
  }

  @Override
  public Ingested<?> deserialize(String topic, byte @Nullable [] value) {
    throw new UnsupportedOperationException(topic + " can only be read with headers");
  }

  @Override
  public Ingested<?> deserialize(String topic, Headers headers, byte @Nullable [] value) {
    Origin origin = Origin.read(headers);
    Intake<?> intake = origin == null ? null : intakes.get(origin.topic());
    if (origin == null || intake == null) {
      return new Ingested<>(
          value,
          new Rejected<>(
              RejectCode.UNKNOWN_SOURCE,
              Topics.REROUTED.name()
                  + " is the application's own: its records must end with the headers that say"
                  + " which input they were read from; send to the input itself"));
    }
    return intake.values().deserialize(origin.topic(), value).from(origin);
  }
}
