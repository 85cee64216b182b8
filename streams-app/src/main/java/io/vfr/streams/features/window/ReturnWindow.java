package io.vfr.streams.features.window;

/** Log returns and their volatility over the last 20. */
final class ReturnWindow {
  /** Closed returns of the window; the forming bar's is the last. */
  static final int SPAN = 19;

  /** The returns' and their squares'. */
  static final int SUMS = 2;

  private ReturnWindow() {}

  private static int sum() {
    return Layout.RETURN_SUMS;
  }

  private static int squares() {
    return sum() + Compensated.STRIDE;
  }

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
  static void append(double[] memory, double logReturn, long closedBars) {
    int next = Layout.RETURNS.next(closedBars);
    if (closedBars > SPAN) {
      accumulate(memory, Layout.RETURNS.get(memory, next, SPAN - 1), -1);
    }
    accumulate(memory, logReturn, 1);
    memory[next] = logReturn;
  }

  /** Takes a return of the history; the sums follow with {@link #rebuild}. */
  static void load(double[] memory, double logReturn, long closedBars) {
    memory[Layout.RETURNS.next(closedBars)] = logReturn;
  }

  static void rebuild(double[] memory, long closedBars) {
    int next = Layout.RETURNS.next(closedBars);
    Compensated.clear(memory, sum());
    Compensated.clear(memory, squares());
    for (int age = 0; age < Math.min(SPAN, closedBars - 1); age++) {
      accumulate(memory, Layout.RETURNS.get(memory, next, age), 1);
    }
  }

  private static void accumulate(double[] memory, double logReturn, int sign) {
    if (!Double.isNaN(logReturn)) {
      Compensated.add(memory, sum(), sign * logReturn);
      Compensated.addProduct(memory, squares(), sign * logReturn, logReturn);
    }
  }

  /**
   * Sample standard deviation of the window completed by the forming bar's return.
   *
   * @param next where the next return goes
   */
  static double volatility(double[] memory, int next, double logReturn) {
    int n = SPAN + 1;
    double high = Compensated.high(memory, sum()) + logReturn;
    double low = Compensated.lowWith(memory, sum(), logReturn);
    double squaresHigh = Compensated.high(memory, squares()) + logReturn * logReturn;
    double squaresLow = Compensated.lowWithProduct(memory, squares(), logReturn, logReturn);
    double scaled = Compensated.scaledCovariance(n, squaresHigh, squaresLow, high, low, high, low);
    double scale = Math.max(Compensated.peak(memory, squares()), squaresHigh);
    if (scaled > n * scale * Compensated.CANCELLED) {
      return Math.sqrt(scaled / (n * (n - 1)));
    }
    return volatilityFromValues(memory, next, logReturn);
  }

  private static double volatilityFromValues(double[] memory, int next, double logReturn) {
    int n = SPAN + 1;
    double sum = logReturn;
    for (int age = 0; age < SPAN; age++) {
      sum += Layout.RETURNS.get(memory, next, age);
    }
    double mean = sum / n;
    double deviations = logReturn - mean;
    double squares = deviations * deviations;
    for (int age = 0; age < SPAN; age++) {
      double deviation = Layout.RETURNS.get(memory, next, age) - mean;
      deviations += deviation;
      squares += deviation * deviation;
    }
    return Math.sqrt(Math.max(0, squares - deviations * deviations / n) / (n - 1));
  }
}
