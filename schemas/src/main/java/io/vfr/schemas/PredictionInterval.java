package io.vfr.schemas;

/**
 * The range that the realised return is expected to fall into.
 *
 * @param lower lower end, a return as a fraction
 * @param upper upper end, a return as a fraction
 * @param coverage nominal probability of falling inside, between 0 and 1
 */
public record PredictionInterval(double lower, double upper, double coverage) {
  public PredictionInterval {
    Bounds.finite("interval.lower", lower);
    Bounds.finite("interval.upper", upper);
    Bounds.fraction("interval.coverage", coverage);
    if (lower > upper) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE,
          "interval.lower " + lower + " must not be above interval.upper " + upper);
    }
  }
}
