package io.vfr.models.trees;

/** A tree model that cannot be read, or that uses something this project does not evaluate. */
public final class TreeFormatException extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean unsupported;

  private TreeFormatException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  static TreeFormatException malformed(String message) {
    return new TreeFormatException(message, false);
  }

  static TreeFormatException unsupported(String message) {
    return new TreeFormatException(message, true);
  }

  /** Whether the model is well formed but of a kind that is not evaluated. */
  public boolean isUnsupported() {
    return unsupported;
  }
}
