package io.vfr.models.load;

import io.vfr.models.manifest.ShownText;
import org.jspecify.annotations.Nullable;

/** A model directory that was refused, with the reason and what to do about it. */
public final class ModelRejectedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final RejectionReason reason;

  public ModelRejectedException(RejectionReason reason, String message) {
    this(reason, message, null);
  }

  public ModelRejectedException(RejectionReason reason, String message, @Nullable Throwable cause) {
    // It may quote names and values of a hostile model.
    super(ShownText.of(message), cause);
    this.reason = reason;
  }

  public RejectionReason reason() {
    return reason;
  }
}
