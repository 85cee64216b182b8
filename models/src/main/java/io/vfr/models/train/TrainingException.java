package io.vfr.models.train;

/** A training run that a native library refused or failed. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
