package io.vfr.streams.ops.validate;

/** An instance could not be asked. */
public final class InstanceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates one with what was asked, of whom, and what is wrong. */
  public InstanceException(String message) {
    super(message);
  }

  /** The same with a cause. */
  public InstanceException(String message, Throwable cause) {
    super(message, cause);
  }
}
