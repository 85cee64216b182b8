package io.vfr.models.calibration;

/**
 * What one model says about one symbol at its horizon.
 *
 * @param expectedReturn simple return
 * @param lower lower end of the interval, a simple return
 * @param upper upper end of the interval
 * @param sigma volatility of the forecast, in the unit of {@code volatility_20d}
 */
public record Forecast(
    double expectedReturn, Probabilities probabilities, double lower, double upper, double sigma) {
  public Forecast {
    if (!Double.isFinite(expectedReturn) || !(lower <= upper) || !(sigma > 0)) {
      throw new IllegalArgumentException(
          "not a forecast: return "
              + expectedReturn
              + ", interval "
              + lower
              + ".."
              + upper
              + ", sigma "
              + sigma);
    }
  }
}
