package io.vfr.streams.ops.replay;

/** What is wrong with a file that is to be replayed; the message is for the user. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ReplayException(String message) {
    super(message);
  }

  public ReplayException(String message, Throwable cause) {
    super(message, cause);
  }
}
