package io.vfr.models.load;

/** A loaded model that failed to score: its library reported an error, or it took too long. */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean timeout;

  ScoringException(String message, Throwable cause) {
    super(message, cause);
    timeout = false;
  }

  ScoringException(String message) {
    super(message);
    timeout = false;
  }

  private ScoringException(String message, Throwable cause, boolean timeout) {
    super(message, cause);
    this.timeout = timeout;
  }

  static ScoringException timeout(String message, Throwable cause) {
    return new ScoringException(message, cause, true);
  }

  /** Whether the call was ended because it exceeded its time-out. */
  public boolean isTimeout() {
    return timeout;
  }
}
