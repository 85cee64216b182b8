package io.vfr.streams.ops.broker;

/** What kept a broker from starting or topics from being made; the message is for the user. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokerException(String message) {
    super(message);
  }

  public BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
