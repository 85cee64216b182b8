package io.vfr.streams.ops.vitals;

import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * One figure of an instance's health that must not cross a limit.
 *
 * @param what the figure in words, as the beginning of a message
 * @param unit behind the numbers; may be empty
 * @param floor whether the limit is the least that the figure may be, not the most
 * @param value the figure since it was asked last, or now; NaN if there is none
 */
record Vital(
    AlertType type,
    Severity severity,
    String what,
    String unit,
    double limit,
    boolean floor,
    DoubleSupplier value) {
  /** A figure that must not exceed its limit. */
  static Vital atMost(
      AlertType type,
      Severity severity,
      String what,
      String unit,
      double limit,
      DoubleSupplier value) {
    return new Vital(type, severity, what, unit, limit, false, value);
  }

  /** A figure that must not fall below its limit. */
  static Vital atLeast(
      AlertType type,
      Severity severity,
      String what,
      String unit,
      double limit,
      DoubleSupplier value) {
    return new Vital(type, severity, what, unit, limit, true, value);
  }

  /** Whether the limit is crossed; not by what is not known. */
  boolean isCrossedBy(double figure) {
    return floor ? figure < limit : figure > limit;
  }

  /**
   * Whether a figure is so far from the limit that the alert may be cleared.
   *
   * @param clearRatio part of what the limit leaves; below 1
   */
  boolean isCalmAt(double figure, double clearRatio) {
    // A floor of 0.8 leaves 0.2: with a ratio of 0.8 it is calm from 0.84 on.
    return floor ? !(1 - figure > (1 - limit) * clearRatio) : !(figure > limit * clearRatio);
  }

  String message(double value) {
    return String.format(
        Locale.ROOT, "%s %.4g%s, the limit is %.4g%s", what, value, unit, limit, unit);
  }
}
