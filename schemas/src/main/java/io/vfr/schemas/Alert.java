package io.vfr.schemas;

import org.jspecify.annotations.Nullable;

/**
 * A condition that began or ended: a message of {@code vfr.alerts}.
 *
 * @param ts event time where the condition is about data, else wall-clock time, epoch milliseconds
 * @param symbol the symbol concerned; null if the alert concerns the instance
 * @param value what was measured, in the unit of the threshold
 * @param threshold the limit that was crossed
 * @param predictionId the prediction that raised it
 * @param instance the application instance that raised it
 */
public record Alert(
    String id,
    long ts,
    AlertType type,
    Severity severity,
    AlertState state,
    @Nullable String symbol,
    String message,
    @Nullable Double value,
    @Nullable Double threshold,
    @Nullable String predictionId,
    String instance) {
  public Alert {
    Bounds.text("id", id);
    Bounds.timestamp("ts", ts);
    if (symbol != null) {
      Bounds.symbol(symbol);
    }
    Bounds.text("message", message);
    Bounds.finite("value", value);
    Bounds.finite("threshold", threshold);
    Bounds.text("instance", instance);
  }
}
