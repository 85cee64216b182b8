package io.vfr.schemas;

/** Thrown when a message breaks its contract; carries the stable code that dead letters show. */
public final class InvalidMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final RejectCode code;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what is allowed
   */
  public InvalidMessageException(RejectCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The stable code of the breach. */
  public RejectCode code() {
    return code;
  }
}
