package io.vfr.schemas;

import org.jspecify.annotations.Nullable;

/** Turns values that may be absent into values, or says which field is missing. */
final class Required {
  private Required() {}

  static double number(String field, double value) {
    if (Double.isNaN(value)) {
      throw missing(field);
    }
    return value;
  }

  static long integer(String field, long value) {
    if (value == JsonIn.NO_INTEGER) {
      throw missing(field);
    }
    return value;
  }

  static <T> T value(String field, @Nullable T value) {
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  private static InvalidMessageException missing(String field) {
    return new InvalidMessageException(
        RejectCode.MISSING_FIELD, field + " is required but absent or null");
  }
}
