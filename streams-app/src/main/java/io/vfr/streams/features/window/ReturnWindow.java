package io.vfr.streams.features.window;

/** Log returns and their volatility over the last 20. */
final class ReturnWindow {
  /** Closed returns of the window; the forming bar's is the last. */
  static final int SPAN = 19;

  private static final int SUM = 0;
  private static final int SQUARES = 1;

  private final Ring returns = new Ring(SPAN + 1);
  private final Compensated sums = new Compensated(2);

  /**
   * The log return between two closes, NaN if there is none. StrictMath, because the intrinsics
   * behind Math may differ in the last bit from one processor to the next; log1p for closes within
   * a factor of two, because their difference is exact and their quotient is not.
   */
  static double logReturn(double close, double previous) {
    double simple = PairWindows.simpleReturn(close, previous);
    if (Math.abs(simple) <= 0.5) {
      return StrictMath.log1p(simple);
    }
    double ratio = close / previous;
    return Double.isNaN(simple) || ratio == 0 ? Double.NaN : StrictMath.log(ratio);
  }

  /**
   * Moves the window on by one return.
   *
   * @param closedBars closed bars before this one; the n-th bar closes return n − 1
   */
  void append(double logReturn, long closedBars) {
    if (closedBars > SPAN) {
      accumulate(returns.get(SPAN - 1), -1);
    }
    accumulate(logReturn, 1);
    returns.push(logReturn);
  }

  /** Takes a return of the history; the sums follow with {@link #rebuild}. */
  void load(double logReturn) {
    returns.push(logReturn);
  }

  void rebuild(long closedBars) {
    sums.clear(SUM);
    sums.clear(SQUARES);
    for (int age = 0; age < Math.min(SPAN, closedBars - 1); age++) {
      accumulate(returns.get(age), 1);
    }
  }

  private void accumulate(double logReturn, int sign) {
    if (!Double.isNaN(logReturn)) {
      sums.add(SUM, sign * logReturn);
      sums.addProduct(SQUARES, sign * logReturn, logReturn);
    }
  }

  /** Sample standard deviation of the window completed by the forming bar's return. */
  double volatility(double logReturn) {
    int n = SPAN + 1;
    double high = sums.high(SUM) + logReturn;
    double low = sums.lowWith(SUM, logReturn);
    double squaresHigh = sums.high(SQUARES) + logReturn * logReturn;
    double squaresLow = sums.lowWithProduct(SQUARES, logReturn, logReturn);
    double scaled = Compensated.scaledCovariance(n, squaresHigh, squaresLow, high, low, high, low);
    double scale = Math.max(sums.peak(SQUARES), squaresHigh);
    if (scaled > n * scale * Compensated.CANCELLED) {
      return Math.sqrt(scaled / (n * (n - 1)));
    }
    return volatilityFromValues(logReturn);
  }

  private double volatilityFromValues(double logReturn) {
    int n = SPAN + 1;
    double sum = logReturn;
    for (int age = 0; age < SPAN; age++) {
      sum += returns.get(age);
    }
    double mean = sum / n;
    double deviations = logReturn - mean;
    double squares = deviations * deviations;
    for (int age = 0; age < SPAN; age++) {
      double deviation = returns.get(age) - mean;
      deviations += deviation;
      squares += deviation * deviation;
    }
    return Math.sqrt(Math.max(0, squares - deviations * deviations / n) / (n - 1));
  }
}
