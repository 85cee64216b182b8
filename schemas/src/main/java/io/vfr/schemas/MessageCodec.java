package io.vfr.schemas;

/**
 * Writes and reads one kind of message as JSON in UTF-8. Thread-safe.
 *
 * @param <T> the message's record
 */
public interface MessageCodec<T> {
  /** The message as JSON, one object on one line. */
  byte[] write(T message);

  /**
   * Reads a message. Unknown fields are ignored.
   *
   * @throws InvalidMessageException if the bytes are not JSON or break the message's contract
   */
  T read(byte[] json);
}
