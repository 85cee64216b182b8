package io.vfr.models.load;

/** A loaded model that failed to score: the native library reported an error. */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScoringException(String message, Throwable cause) {
    super(message, cause);
  }

  ScoringException(String message) {
    super(message);
  }
}
