package io.vfr.streams.ingest;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.SentimentObservation;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Takes event time from the payload, and keeps the broker's append time beside it.
 *
 * <p>Side inputs get their time minus one millisecond, so that of two records of one time the side
 * input is processed before the price. Rejects get the partition's current time: they neither
 * advance nor hold back anything.
 */
public final class EventTimeExtractor implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    if (!(record.value() instanceof Ingested<?> ingested)) {
      throw new IllegalStateException(
          "topic " + record.topic() + " must be read with an InputDeserializer");
    }
    Origin origin = ingested.origin();
    ingested.appendedAtMillis(origin == null ? record.timestamp() : origin.appendedAtMillis());
    return ingested.parsed() instanceof Accepted<?>(Object message)
        ? streamTime(message)
        : Math.max(0, partitionTime);
  }

  private static long streamTime(Object message) {
    return switch (message) {
      case PriceEvent event -> event.ts();
      case Fundamentals fundamentals -> fundamentals.knownAt() - 1;
      case SentimentObservation observation -> observation.ts() - 1;
      case MacroValue value -> value.ts() - 1;
      default ->
          throw new IllegalStateException(
              "no event time is defined for " + message.getClass().getName());
    };
  }
}
