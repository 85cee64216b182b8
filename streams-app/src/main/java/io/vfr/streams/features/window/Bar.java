package io.vfr.streams.features.window;

/**
 * One bar of one symbol: what happened in one interval, and the benchmark's level at its last
 * event.
 *
 * @param startMillis start of the interval, epoch milliseconds
 * @param open first price
 * @param high highest price
 * @param low lowest price
 * @param close last price
 * @param volume traded units
 * @param benchmark level of the macro series {@code benchmark} as of the bar's newest event; NaN if
 *     unknown
 */
public record Bar(
    long startMillis,
    double open,
    double high,
    double low,
    double close,
    double volume,
    double benchmark) {
  /** Largest price that keeps every sum of squares far from overflow. */
  public static final double PRICE_MAX = 1e100;

  public Bar {
    // One comparison chain for the common case: the checks run for every price event.
    boolean pricesValid =
        open >= 0
            && open <= PRICE_MAX
            && high >= 0
            && high <= PRICE_MAX
            && low >= 0
            && low <= PRICE_MAX
            && close >= 0
            && close <= PRICE_MAX;
    if (!pricesValid) {
      throw new IllegalArgumentException(
          "prices of a bar must lie in 0.."
              + PRICE_MAX
              + ", got open "
              + open
              + ", high "
              + high
              + ", low "
              + low
              + ", close "
              + close);
    }
    if (!(volume >= 0 && volume <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "volume of a bar must be finite and not negative, got " + volume);
    }
    if (Double.isInfinite(benchmark)) {
      throw new IllegalArgumentException("benchmark must be finite or NaN (unknown)");
    }
  }
}
