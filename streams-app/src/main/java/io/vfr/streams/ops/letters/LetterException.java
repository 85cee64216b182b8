package io.vfr.streams.ops.letters;

/** What kept dead letters from being read or sent again; the message is for the user. */
public final class LetterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LetterException(String message) {
    super(message);
  }

  LetterException(String message, Throwable cause) {
    super(message, cause);
  }
}
