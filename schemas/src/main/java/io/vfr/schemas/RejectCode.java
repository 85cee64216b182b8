package io.vfr.schemas;

/**
 * Why an input record was refused. The names are stable: they stand in the {@code vfr.error.code}
 * header of dead letters and in metrics.
 */
public enum RejectCode {
  /** The record has no key; a key is needed to find the partition and the state. */
  NULL_KEY,
  /** The record has no value; deletions are not part of the input contract. */
  NULL_VALUE,
  /** The value has no bytes, or nothing but white space. */
  EMPTY,
  /** The value is larger than {@code ingest.max-bytes}. */
  TOO_LARGE,
  /** The key or value is not well-formed UTF-8. */
  NOT_UTF8,
  /** The value is not one JSON text: a syntax error, or something follows the object. */
  NOT_JSON,
  /** The value is JSON that ends too early. */
  TRUNCATED,
  /** The value is JSON, but not an object. */
  NOT_AN_OBJECT,
  /** Objects or arrays are nested too deeply. */
  TOO_DEEP,
  /** A name, string or number is longer than any sensible one. */
  TOO_LONG,
  /** A field name occurs twice in one object. */
  DUPLICATE_FIELD,
  /** A required field is absent or null. */
  MISSING_FIELD,
  /** A field has another JSON type than the contract says, for instance a number as text. */
  WRONG_TYPE,
  /** The fields are those of a bar and of a tick at once. */
  AMBIGUOUS_PRICE,
  /** A number is NaN, infinite or too large for a double. */
  NOT_FINITE,
  /** A number that must be greater than zero is not. */
  NOT_POSITIVE,
  /** A number that must not be negative is. */
  NEGATIVE,
  /** A number lies outside its bounds. */
  OUT_OF_RANGE,
  /** A bar's high is below its low, or its open or close lies outside low..high. */
  INCONSISTENT_BAR,
  /** A reporting period ends long after it was reported. */
  INCONSISTENT_PERIOD,
  /** A symbol is empty, too long or has characters that no symbol has. */
  INVALID_SYMBOL,
  /** A series, source or feature name is empty, too long or has characters that are not allowed. */
  INVALID_NAME,
  /** An interval is not an ISO-8601 duration greater than zero. */
  INVALID_INTERVAL,
  /** A bar's interval is longer than {@code bars.interval} or does not divide it. */
  INTERVAL_NOT_SUPPORTED,
  /** A map has more entries than allowed. */
  TOO_MANY_VALUES,
  /** A record's key differs from the symbol or series in its value. */
  KEY_MISMATCH,
  /** A record of {@code vfr.rerouted} does not say which input it was read from. */
  UNKNOWN_SOURCE,
  /** A time lies before 1990; most often seconds were sent instead of milliseconds. */
  TIMESTAMP_TOO_OLD,
  /**
   * A time lies further in the future than {@code ingest.max-ahead} allows; often microseconds or
   * nanoseconds were sent instead of milliseconds.
   */
  TIMESTAMP_IN_FUTURE,
  /** An event time lies before what {@code bars.grace} still accepts. */
  LATE
}
