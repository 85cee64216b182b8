package io.vfr.streams.ingest;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.InputCodec;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.SentimentObservation;
import io.vfr.streams.config.BarsConfig;
import io.vfr.streams.config.IngestConfig;
import java.time.InstantSource;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an input topic's values. Never throws and never returns null: a value that cannot be used
 * comes out as a reject with its reason, so that its record can be dead-lettered with its
 * neighbours unaffected. Time is judged here, before the timestamp extractor, so that a wrong time
 * never becomes stream time. Thread-safe.
 *
 * @param <T> the message's record
 */
public final class InputDeserializer<T> implements Deserializer<Ingested<T>> {
  private final InputCodec<T> codec;
  private final IngestRule<T> rule;
  private final int bytesMax;

  private InputDeserializer(InputCodec<T> codec, IngestRule<T> rule, int bytesMax) {
    this.codec = codec;
    this.rule = rule;
    this.bytesMax = bytesMax;
  }

  /** Reads {@code vfr.prices}. */
  public static InputDeserializer<PriceEvent> prices(
      IngestConfig ingest, BarsConfig bars, InstantSource clock) {
    return new InputDeserializer<>(
        Codecs.PRICE,
        IngestRule.prices(ingest.maxAhead(), bars.interval(), clock),
        ingest.maxBytes());
  }

  /** Reads {@code vfr.fundamentals}. */
  public static InputDeserializer<Fundamentals> fundamentals(
      IngestConfig ingest, InstantSource clock) {
    return new InputDeserializer<>(
        Codecs.FUNDAMENTALS, IngestRule.fundamentals(ingest.maxAhead(), clock), ingest.maxBytes());
  }

  /** Reads {@code vfr.sentiment}. */
  public static InputDeserializer<SentimentObservation> sentiment(
      IngestConfig ingest, InstantSource clock) {
    return new InputDeserializer<>(
        Codecs.SENTIMENT, IngestRule.sentiment(ingest.maxAhead(), clock), ingest.maxBytes());
  }

  /**
   * Reads {@code vfr.macro-fanout}, whose values were judged when they were accepted: no clock
   * judges them again.
   */
  public static InputDeserializer<MacroValue> macroFanout(IngestConfig ingest) {
    return new InputDeserializer<>(Codecs.MACRO, message -> null, ingest.maxBytes());
  }

  /** Reads {@code vfr.macro}. */
  public static InputDeserializer<MacroValue> macro(IngestConfig ingest, InstantSource clock) {
    return new InputDeserializer<>(
        Codecs.MACRO, IngestRule.macro(ingest.maxAhead(), clock), ingest.maxBytes());
  }

  @Override
  public Ingested<T> deserialize(String topic, byte @Nullable [] value) {
    return new Ingested<>(value, judge(value));
  }

  private Parsed<T> judge(byte @Nullable [] value) {
    if (value == null) {
      return new Rejected<>(
          RejectCode.NULL_VALUE, "the record has no value; deletions are not supported");
    }
    if (value.length > bytesMax) {
      return new Rejected<>(
          RejectCode.TOO_LARGE,
          "the value may have at most " + bytesMax + " bytes but has " + value.length);
    }
    Parsed<T> parsed = codec.parse(value);
    if (parsed instanceof Accepted<T>(T message)) {
      Rejected<T> refused = rule.check(message);
      return refused == null ? parsed : refused;
    }
    return parsed;
  }
}
