package io.vfr.schemas;

/**
 * The result of parsing an input message: bad data is a value here, not an exception.
 *
 * @param <T> the message's record
 */
public sealed interface Parsed<T> {
  /** A message that fulfils its contract. */
  record Accepted<T>(T value) implements Parsed<T> {}

  /**
   * A message that breaks its contract.
   *
   * @param code the stable code
   * @param message what is wrong and what is allowed
   */
  record Rejected<T>(RejectCode code, String message) implements Parsed<T> {}

  /** Wraps a value that fulfils its contract. */
  static <T> Parsed<T> accepted(T value) {
    return new Accepted<>(value);
  }

  /** Refuses a message. */
  static <T> Parsed<T> rejected(RejectCode code, String message) {
    return new Rejected<>(code, message);
  }
}
