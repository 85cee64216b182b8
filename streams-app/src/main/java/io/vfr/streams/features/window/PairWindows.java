package io.vfr.streams.features.window;

/**
 * The symbol against the benchmark: sums over pairs of simple one-bar returns (x of the close, y of
 * the benchmark) for the correlation over 20 and the beta over 60 returns.
 */
final class PairWindows {
  /** Closed levels that the longer window needs: 59 returns. */
  static final int LEVELS = 60;

  /** Closed returns of the windows. */
  static final int[] SPANS = {19, 59};

  private static final int CORRELATION = 0;
  private static final int BETA = 1;

  /** Where a window's sums lie from its first on. */
  private static final int X = 0;

  private static final int Y = Compensated.STRIDE;
  private static final int XX = 2 * Compensated.STRIDE;
  private static final int YY = 3 * Compensated.STRIDE;
  private static final int XY = 4 * Compensated.STRIDE;
  private static final int KINDS = 5;

  /** Of each window those of x, y, their squares and their product. */
  static final int SUMS = KINDS * SPANS.length;

  /**
   * Returns that spread less than this have no spread: levels are rounded to 2^-53 of their size,
   * and a level that grows at a constant rate must not get a correlation from its rounding.
   */
  private static final double SIGMA_MIN = 0x1p-46;

  private PairWindows() {}

  /** The simple return between two levels; NaN if one is unknown or not positive. */
  static double simpleReturn(double level, double previous) {
    if (level > 0 && previous > 0) {
      double simple = (level - previous) / previous;
      return simple <= Double.MAX_VALUE ? simple : Double.NaN;
    }
    return Double.NaN;
  }

  private static int sums(int window) {
    return Layout.PAIR_SUMS + window * KINDS * Compensated.STRIDE;
  }

  /** Moves both windows on by one bar. Call before the close enters its ring. */
  static void append(double[] memory, double close, double benchmark, long closedBars) {
    int nextClose = Layout.CLOSES.next(closedBars);
    int nextLevel = Layout.LEVELS.next(closedBars);
    if (closedBars > 0) {
      double x = simpleReturn(close, Layout.CLOSES.get(memory, nextClose, 0));
      double y = simpleReturn(benchmark, Layout.LEVELS.get(memory, nextLevel, 0));
      for (int w = 0; w < SPANS.length; w++) {
        if (closedBars > SPANS[w]) {
          int leaving = SPANS[w] - 1;
          replace(
              memory,
              sums(w),
              xAt(memory, nextClose, leaving),
              yAt(memory, nextLevel, leaving),
              x,
              y);
        } else {
          accumulate(memory, sums(w), x, y, 1);
        }
      }
    }
    memory[nextLevel] = benchmark;
  }

  /** Takes a level of the history; the sums follow with {@link #rebuild}. */
  static void load(double[] memory, double benchmark, long closedBars) {
    memory[Layout.LEVELS.next(closedBars)] = benchmark;
  }

  /**
   * Recomputes every sum from the rings, newest return first. The windows are nested: one pass,
   * which goes through the shorter window's sums.
   */
  static void rebuild(double[] memory, long closedBars) {
    int nextClose = Layout.CLOSES.next(closedBars);
    int nextLevel = Layout.LEVELS.next(closedBars);
    for (int kind = 0; kind < KINDS; kind++) {
      Compensated.clear(memory, sums(0) + kind * Compensated.STRIDE);
    }
    int taken = 0;
    for (int w = 0; w < SPANS.length; w++) {
      for (int kind = 0; w > 0 && kind < KINDS; kind++) {
        int shorter = sums(w - 1) + kind * Compensated.STRIDE;
        Compensated.set(
            memory,
            sums(w) + kind * Compensated.STRIDE,
            Compensated.high(memory, shorter),
            Compensated.low(memory, shorter));
      }
      long span = Math.min(SPANS[w], closedBars - 1);
      for (; taken < span; taken++) {
        accumulate(
            memory, sums(w), xAt(memory, nextClose, taken), yAt(memory, nextLevel, taken), 1);
      }
    }
  }

  /** The closed return of a given age; 0 is the newest. */
  private static double xAt(double[] memory, int nextClose, int age) {
    return simpleReturn(
        Layout.CLOSES.get(memory, nextClose, age), Layout.CLOSES.get(memory, nextClose, age + 1));
  }

  private static double yAt(double[] memory, int nextLevel, int age) {
    return simpleReturn(
        Layout.LEVELS.get(memory, nextLevel, age), Layout.LEVELS.get(memory, nextLevel, age + 1));
  }

  /** One pair of returns leaves the window and another enters it. */
  private static void replace(
      double[] memory, int sums, double oldX, double oldY, double x, double y) {
    if (Double.isNaN(oldX + oldY) || Double.isNaN(x + y)) {
      accumulate(memory, sums, oldX, oldY, -1);
      accumulate(memory, sums, x, y, 1);
      return;
    }
    Compensated.replace(memory, sums + X, oldX, x);
    Compensated.replace(memory, sums + Y, oldY, y);
    Compensated.replaceProduct(memory, sums + XX, oldX, oldX, x, x);
    Compensated.replaceProduct(memory, sums + YY, oldY, oldY, y, y);
    Compensated.replaceProduct(memory, sums + XY, oldX, oldY, x, y);
  }

  private static void accumulate(double[] memory, int sums, double x, double y, int sign) {
    // A pair without both returns weighs nothing, entering or leaving.
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return;
    }
    Compensated.add(memory, sums + X, sign * x);
    Compensated.add(memory, sums + Y, sign * y);
    Compensated.addProduct(memory, sums + XX, sign * x, x);
    Compensated.addProduct(memory, sums + YY, sign * y, y);
    Compensated.addProduct(memory, sums + XY, sign * x, y);
  }

  /**
   * Writes correlation and beta.
   *
   * @param closedBars how many bars the rings have had
   * @param knownRun pairs of returns up to and including the forming one that are all known
   */
  static void compute(
      double[] memory, double x, double y, long closedBars, long knownRun, double[] out) {
    if (knownRun > SPANS[CORRELATION]) {
      out[FeatureIndex.CORRELATION_20D] = compute(memory, CORRELATION, x, y, closedBars);
    }
    if (knownRun > SPANS[BETA]) {
      out[FeatureIndex.BETA_60D] = compute(memory, BETA, x, y, closedBars);
    }
  }

  private static double compute(double[] memory, int window, double x, double y, long closedBars) {
    int sums = sums(window);
    int n = SPANS[window] + 1;
    double xHigh = Compensated.high(memory, sums + X) + x;
    double xLow = Compensated.lowWith(memory, sums + X, x);
    double yHigh = Compensated.high(memory, sums + Y) + y;
    double yLow = Compensated.lowWith(memory, sums + Y, y);
    double xxHigh = Compensated.high(memory, sums + XX) + x * x;
    double xxLow = Compensated.lowWithProduct(memory, sums + XX, x, x);
    double yyHigh = Compensated.high(memory, sums + YY) + y * y;
    double yyLow = Compensated.lowWithProduct(memory, sums + YY, y, y);
    double varianceX = Compensated.scaledCovariance(n, xxHigh, xxLow, xHigh, xLow, xHigh, xLow);
    double varianceY = Compensated.scaledCovariance(n, yyHigh, yyLow, yHigh, yLow, yHigh, yLow);
    double scaleX = Math.max(Compensated.peak(memory, sums + XX), xxHigh);
    double scaleY = Math.max(Compensated.peak(memory, sums + YY), yyHigh);
    if (!(varianceX > n * scaleX * Compensated.CANCELLED)
        || !(varianceY > n * scaleY * Compensated.CANCELLED)) {
      return computeFromValues(memory, window, x, y, closedBars);
    }
    double xyHigh = Compensated.high(memory, sums + XY) + x * y;
    double xyLow = Compensated.lowWithProduct(memory, sums + XY, x, y);
    double covariance = Compensated.scaledCovariance(n, xyHigh, xyLow, xHigh, xLow, yHigh, yLow);
    return result(window, varianceX, varianceY, covariance);
  }

  /** The two-pass computation, for the rare window whose spread drowns in its sums. */
  private static double computeFromValues(
      double[] memory, int window, double x, double y, long closedBars) {
    int nextClose = Layout.CLOSES.next(closedBars);
    int nextLevel = Layout.LEVELS.next(closedBars);
    int span = SPANS[window];
    int n = span + 1;
    double sumX = x;
    double sumY = y;
    for (int age = 0; age < span; age++) {
      sumX += xAt(memory, nextClose, age);
      sumY += yAt(memory, nextLevel, age);
    }
    double meanX = sumX / n;
    double meanY = sumY / n;
    double dx = x - meanX;
    double dy = y - meanY;
    double restX = dx;
    double restY = dy;
    double xx = dx * dx;
    double yy = dy * dy;
    double xy = dx * dy;
    for (int age = 0; age < span; age++) {
      dx = xAt(memory, nextClose, age) - meanX;
      dy = yAt(memory, nextLevel, age) - meanY;
      restX += dx;
      restY += dy;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    return result(window, n * xx - restX * restX, n * yy - restY * restY, n * xy - restX * restY);
  }

  /** Correlation or beta from n² times the population variances and covariance. */
  private static double result(int window, double varianceX, double varianceY, double covariance) {
    int n = SPANS[window] + 1;
    double varianceMin = SIGMA_MIN * SIGMA_MIN * n * (n - 1);
    if (!(varianceY > varianceMin)) {
      return Double.NaN;
    }
    if (window == BETA) {
      return covariance / varianceY;
    }
    if (!(varianceX > varianceMin)) {
      return Double.NaN;
    }
    double correlation = covariance / (Math.sqrt(varianceX) * Math.sqrt(varianceY));
    return Math.clamp(correlation, -1.0, 1.0);
  }
}
