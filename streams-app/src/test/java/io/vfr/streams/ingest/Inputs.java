package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.BarsConfig;
import io.vfr.streams.config.IngestConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The deserializer and key check of every input topic, at a fixed time. */
final class Inputs {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration MAX_AHEAD = Duration.ofMinutes(5);
  static final int BYTES_MAX = 1_000_000;
  static final IngestConfig INGEST = new IngestConfig(MAX_AHEAD, BYTES_MAX);
  static final BarsConfig BARS = new BarsConfig(Duration.ofDays(1), Duration.ofDays(3));

  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Map<String, Source<?>> SOURCES =
      Map.of(
          Topics.PRICES.name(),
          new Source<>(InputDeserializer.prices(INGEST, BARS, CLOCK), KeyCheck.prices()),
          Topics.FUNDAMENTALS.name(),
          new Source<>(InputDeserializer.fundamentals(INGEST, CLOCK), KeyCheck.fundamentals()),
          Topics.SENTIMENT.name(),
          new Source<>(InputDeserializer.sentiment(INGEST, CLOCK), KeyCheck.sentiment()),
          Topics.MACRO.name(),
          new Source<>(InputDeserializer.macro(INGEST, CLOCK), KeyCheck.macro()));

  private Inputs() {}

  /** What ingest makes of a value. */
  static Ingested<?> ingested(String topic, byte @Nullable [] value) {
    return source(topic).deserializer.deserialize(topic, value);
  }

  /** The final verdict on a record. */
  static Parsed<?> verdict(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    return source(topic).verdict(topic, key, value);
  }

  private static Source<?> source(String topic) {
    Source<?> source = SOURCES.get(topic);
    if (source == null) {
      throw new IllegalArgumentException("no input topic " + topic);
    }
    return source;
  }

  private record Source<T>(InputDeserializer<T> deserializer, KeyCheck<T> keyCheck) {
    Parsed<T> verdict(String topic, byte @Nullable [] key, byte @Nullable [] value) {
      return keyCheck.check(key, deserializer.deserialize(topic, value));
    }
  }
}
