package io.vfr.streams.features.window;

import static io.vfr.streams.features.window.Compensated.CANCELLED;
import static io.vfr.streams.features.window.FeatureIndex.PERIODIC;
import static io.vfr.streams.features.window.FeatureIndex.PERIODS;

/**
 * Moving averages and Bollinger bands: sums of closes and their squares over the last p − 1 closed
 * bars for each period p, to which the forming bar's close is added when reading.
 */
final class CloseWindows {
  /** Closes that the ring holds: one more than the longest window has closed ones. */
  static final int CLOSES = PERIODS[PERIODS.length - 1];

  /** Of each period the closes' and their squares'. */
  static final int SUMS = 2 * PERIODS.length;

  private CloseWindows() {}

  private static int sum(int period) {
    return Layout.CLOSE_SUMS + 2 * period * Compensated.STRIDE;
  }

  private static int squares(int period) {
    return sum(period) + Compensated.STRIDE;
  }

  /** Age of the close that leaves a period's window when the next bar closes. */
  static int leaving(int period) {
    return period - 2;
  }

  /** Moves every window on by one close. Call before the close enters its ring. */
  static void append(double[] memory, double close, long closedBars) {
    int next = Layout.CLOSES.next(closedBars);
    for (int i = 0; i < PERIODS.length; i++) {
      if (closedBars >= PERIODS[i] - 1) {
        double leaving = Layout.CLOSES.get(memory, next, leaving(PERIODS[i]));
        Compensated.replace(memory, sum(i), leaving, close);
        Compensated.replaceProduct(memory, squares(i), leaving, leaving, close, close);
      } else {
        Compensated.add(memory, sum(i), close);
        Compensated.addProduct(memory, squares(i), close, close);
      }
    }
  }

  /**
   * Recomputes every sum from the ring, newest close first. The windows are nested: one pass, in
   * local variables because the ring and the sums lie in one array.
   */
  static void rebuild(double[] memory, long closedBars) {
    int next = Layout.CLOSES.next(closedBars);
    double high = 0;
    double low = 0;
    double squaresHigh = 0;
    double squaresLow = 0;
    int taken = 0;
    for (int i = 0; i < PERIODS.length; i++) {
      long span = Math.min(PERIODS[i] - 1, closedBars);
      for (; taken < span; taken++) {
        double close = Layout.CLOSES.get(memory, next, taken);
        double total = high + close;
        low += Compensated.sumError(high, close, total);
        high = total;
        double square = close * close;
        total = squaresHigh + square;
        squaresLow +=
            Compensated.sumError(squaresHigh, square, total) + Math.fma(close, close, -square);
        squaresHigh = total;
      }
      Compensated.set(memory, sum(i), high, low);
      Compensated.set(memory, squares(i), squaresHigh, squaresLow);
    }
  }

  /**
   * Writes the features of one period; the forming bar completes the window.
   *
   * @param next where the next close goes
   * @param equalRun how many closes up to and including the forming one are equal: a flat window
   *     must be exactly flat, whatever passed through the sums before
   */
  static void compute(double[] memory, int next, int i, double close, long equalRun, double[] out) {
    int period = PERIODS[i];
    int at = PERIODIC[i];
    if (equalRun >= period) {
      write(out, at, close, 0, 0, close);
      return;
    }
    double high = Compensated.high(memory, sum(i)) + close;
    double low = Compensated.lowWith(memory, sum(i), close);
    double squaresHigh = Compensated.high(memory, squares(i)) + close * close;
    double squaresLow = Compensated.lowWithProduct(memory, squares(i), close, close);
    double scaledVariance =
        Compensated.scaledCovariance(period, squaresHigh, squaresLow, high, low, high, low);
    double scale = Math.max(Compensated.peak(memory, squares(i)), squaresHigh);
    if (!(scaledVariance > period * scale * CANCELLED)) {
      computeFromValues(memory, next, period, at, close, out);
      return;
    }
    double quotient = high / period;
    double mean = quotient + (Math.fma(-quotient, period, high) + low) / period;
    double scaledClose = close * period;
    double difference = scaledClose - high;
    double lost =
        Compensated.sumError(scaledClose, -high, difference)
            + (Math.fma(close, period, -scaledClose) - low);
    write(out, at, mean, (difference + lost) / period, Math.sqrt(scaledVariance) / period, close);
  }

  /** The two-pass computation, for the rare window whose spread drowns in its sums. */
  private static void computeFromValues(
      double[] memory, int next, int period, int at, double close, double[] out) {
    double high = close;
    double low = 0;
    for (int age = 0; age < period - 1; age++) {
      double value = Layout.CLOSES.get(memory, next, age);
      double total = high + value;
      low += Compensated.sumError(high, value, total);
      high = total;
    }
    double mean = (high + low) / period;
    double deviations = close - mean;
    double squares = deviations * deviations;
    for (int age = 0; age < period - 1; age++) {
      double deviation = Layout.CLOSES.get(memory, next, age) - mean;
      deviations += deviation;
      squares += deviation * deviation;
    }
    double rest = deviations / period;
    double variance = Math.max(0, squares / period - rest * rest);
    write(out, at, mean + rest, (close - mean) - rest, Math.sqrt(variance), close);
  }

  private static void write(
      double[] out, int at, double mean, double distance, double sigma, double close) {
    out[at + FeatureIndex.SMA] = mean;
    out[at + FeatureIndex.UPPER] = mean + 2 * sigma;
    out[at + FeatureIndex.LOWER] = mean - 2 * sigma;
    // (close - lower)/(upper - lower), without subtracting bands that may agree in most bits.
    out[at + FeatureIndex.PERCENT] = sigma == 0 ? 0.5 : 0.5 + distance / (4 * sigma);
    out[at + FeatureIndex.WIDTH] = 4 * sigma / mean;
    out[at + FeatureIndex.SMA_DISTANCE] = distance / mean;
  }
}
