package io.vfr.schemas;

/**
 * The codec of a message that outsiders send: parsing never throws, whatever the bytes are.
 *
 * @param <T> the message's record
 */
public interface InputCodec<T> extends MessageCodec<T> {
  /** Parses a message, or says why it is none. Never throws. */
  Parsed<T> parse(byte[] json);

  @Override
  default T read(byte[] json) {
    return switch (parse(json)) {
      case Parsed.Accepted<T>(T value) -> value;
      case Parsed.Rejected<T>(RejectCode code, String message) ->
          throw new InvalidMessageException(code, message);
    };
  }
}
