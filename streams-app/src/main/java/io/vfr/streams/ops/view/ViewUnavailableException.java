package io.vfr.streams.ops.view;

/** The output topics are not read now. */
public final class ViewUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ViewUnavailableException(String message) {
    super(message, null, false, false);
  }
}
