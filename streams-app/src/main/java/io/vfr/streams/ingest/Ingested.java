package io.vfr.streams.ingest;

import io.vfr.schemas.Parsed;
import org.jspecify.annotations.Nullable;

/**
 * An input record's value as ingest sees it: what it says or why it was refused, beside the bytes
 * it came as, which a dead letter repeats.
 *
 * @param <T> the message's record
 */
public final class Ingested<T> {
  private final byte @Nullable [] rawValue;
  private final Parsed<T> parsed;
  private final @Nullable Origin origin;
  private long appendedAtMillis;

  Ingested(byte @Nullable [] rawValue, Parsed<T> parsed) {
    this(rawValue, parsed, null);
  }

  private Ingested(byte @Nullable [] rawValue, Parsed<T> parsed, @Nullable Origin origin) {
    this.rawValue = rawValue;
    this.parsed = parsed;
    this.origin = origin;
  }

  /** The same, read from {@code vfr.rerouted}, where it came from another place. */
  Ingested<T> from(Origin place) {
    return new Ingested<>(rawValue, parsed, place);
  }

  /** Where the record was first, if it is read from {@code vfr.rerouted}; null if not. */
  @Nullable Origin origin() {
    return origin;
  }

  /** The bytes as they came, not a copy; null if the record had no value. */
  public byte @Nullable [] rawValue() {
    return rawValue;
  }

  /** The message, or why it was refused. */
  public Parsed<T> parsed() {
    return parsed;
  }

  /**
   * When the broker appended the record, epoch milliseconds; 0 until the timestamp extractor has
   * seen it, which is before any processor does.
   */
  public long appendedAtMillis() {
    return appendedAtMillis;
  }

  void appendedAtMillis(long epochMillis) {
    this.appendedAtMillis = epochMillis;
  }
}
