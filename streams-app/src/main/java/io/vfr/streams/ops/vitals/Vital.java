package io.vfr.streams.ops.vitals;

import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * One figure of an instance's health that must not exceed a limit.
 *
 * @param what the figure in words, as the beginning of a message
 * @param unit behind the numbers; may be empty
 * @param value the figure since it was asked last, or now; NaN if there is none
 */
record Vital(
    AlertType type,
    Severity severity,
    String what,
    String unit,
    double limit,
    DoubleSupplier value) {
  String message(double value) {
    return String.format(
        Locale.ROOT, "%s %.4g%s, the limit is %.4g%s", what, value, unit, limit, unit);
  }
}
