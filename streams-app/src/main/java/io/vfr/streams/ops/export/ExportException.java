package io.vfr.streams.ops.export;

/** An export cannot go on; the message says why. */
public final class ExportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExportException(String message) {
    super(message);
  }

  ExportException(String message, Throwable cause) {
    super(message, cause);
  }
}
