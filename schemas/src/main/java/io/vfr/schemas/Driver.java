package io.vfr.schemas;

/**
 * A feature that moved the forecast.
 *
 * @param value the feature's value; NaN if it was missing, which is null in JSON
 * @param contribution by how much it moved the expected return, a fraction
 */
public record Driver(String feature, double value, double contribution) {
  public Driver {
    Bounds.text("drivers.feature", feature);
    Bounds.finite("drivers.contribution", contribution);
    if (Double.isInfinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, "drivers.value of " + feature + " must not be infinite");
    }
  }
}
