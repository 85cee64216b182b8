package io.vfr.streams.steward;

import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the steward's alerts. Their ids follow from what they tell, so that a repetition shows. */
record StewardAlerts(String instance) {
  /**
   * An alert.
   *
   * @param subject what it is about, for the id
   * @param ts when it was so, epoch milliseconds
   */
  Alert of(
      AlertType type,
      Severity severity,
      AlertState state,
      String subject,
      long ts,
      String message,
      @Nullable Double value,
      @Nullable Double threshold) {
    return new Alert(
        type + ":" + subject + ":" + state.name().toLowerCase(Locale.ROOT) + ":" + ts,
        ts,
        type,
        severity,
        state,
        null,
        message,
        value,
        threshold,
        null,
        instance);
  }
}
