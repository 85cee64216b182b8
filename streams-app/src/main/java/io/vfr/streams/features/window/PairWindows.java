package io.vfr.streams.features.window;

/**
 * The symbol against the benchmark: sums over pairs of simple one-bar returns (x of the close, y of
 * the benchmark) for the correlation over 20 and the beta over 60 returns.
 */
final class PairWindows {
  /** Closed levels that the longer window needs: 59 returns. */
  static final int LEVELS = 60;

  private static final int[] SPANS = {19, 59};
  private static final int CORRELATION = 0;
  private static final int BETA = 1;

  private static final int X = 0;
  private static final int Y = 1;
  private static final int XX = 2;
  private static final int YY = 3;
  private static final int XY = 4;
  private static final int SUMS = 5;

  /**
   * Returns that spread less than this have no spread: levels are rounded to 2^-53 of their size,
   * and a level that grows at a constant rate must not get a correlation from its rounding.
   */
  private static final double SIGMA_MIN = 0x1p-46;

  private final Ring levels = new Ring(LEVELS + 1);
  private final Compensated sums = new Compensated(SPANS.length * SUMS);

  /** The simple return between two levels; NaN if one is unknown or not positive. */
  static double simpleReturn(double level, double previous) {
    if (level > 0 && previous > 0) {
      double simple = (level - previous) / previous;
      return simple <= Double.MAX_VALUE ? simple : Double.NaN;
    }
    return Double.NaN;
  }

  double level(int age) {
    return levels.get(age);
  }

  /** Moves both windows on by one bar. Call before the close enters its ring. */
  void append(double close, double benchmark, Ring closes, long closedBars) {
    if (closedBars > 0) {
      for (int w = 0; w < SPANS.length; w++) {
        if (closedBars > SPANS[w]) {
          accumulate(w * SUMS, xAt(closes, SPANS[w] - 1), yAt(SPANS[w] - 1), -1);
        }
      }
      double x = simpleReturn(close, closes.get(0));
      double y = simpleReturn(benchmark, levels.get(0));
      for (int w = 0; w < SPANS.length; w++) {
        accumulate(w * SUMS, x, y, 1);
      }
    }
    levels.push(benchmark);
  }

  /** Takes a level of the history; the sums follow with {@link #rebuild}. */
  void load(double benchmark) {
    levels.push(benchmark);
  }

  /**
   * Recomputes every sum from the rings, newest return first. The windows are nested: one pass,
   * which goes through the shorter window's sums.
   */
  void rebuild(Ring closes, long closedBars) {
    for (int sum = 0; sum < SUMS; sum++) {
      sums.clear(sum);
    }
    int taken = 0;
    for (int w = 0; w < SPANS.length; w++) {
      int at = w * SUMS;
      for (int sum = 0; w > 0 && sum < SUMS; sum++) {
        sums.set(at + sum, sums.high(at - SUMS + sum), sums.low(at - SUMS + sum));
      }
      long span = Math.min(SPANS[w], closedBars - 1);
      for (; taken < span; taken++) {
        accumulate(at, xAt(closes, taken), yAt(taken), 1);
      }
    }
  }

  /** The closed return of a given age; 0 is the newest. */
  private static double xAt(Ring closes, int age) {
    return simpleReturn(closes.get(age), closes.get(age + 1));
  }

  private double yAt(int age) {
    return simpleReturn(levels.get(age), levels.get(age + 1));
  }

  private void accumulate(int at, double x, double y, int sign) {
    // A pair without both returns weighs nothing, entering or leaving.
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return;
    }
    sums.add(at + X, sign * x);
    sums.add(at + Y, sign * y);
    sums.addProduct(at + XX, sign * x, x);
    sums.addProduct(at + YY, sign * y, y);
    sums.addProduct(at + XY, sign * x, y);
  }

  /**
   * Writes correlation and beta.
   *
   * @param knownRun pairs of returns up to and including the forming one that are all known
   */
  void compute(double x, double y, Ring closes, long knownRun, double[] out) {
    if (knownRun > SPANS[CORRELATION]) {
      out[FeatureIndex.CORRELATION_20D] = compute(CORRELATION, x, y, closes);
    }
    if (knownRun > SPANS[BETA]) {
      out[FeatureIndex.BETA_60D] = compute(BETA, x, y, closes);
    }
  }

  private double compute(int window, double x, double y, Ring closes) {
    int at = window * SUMS;
    int n = SPANS[window] + 1;
    double xHigh = sums.high(at + X) + x;
    double xLow = sums.lowWith(at + X, x);
    double yHigh = sums.high(at + Y) + y;
    double yLow = sums.lowWith(at + Y, y);
    double xxHigh = sums.high(at + XX) + x * x;
    double xxLow = sums.lowWithProduct(at + XX, x, x);
    double yyHigh = sums.high(at + YY) + y * y;
    double yyLow = sums.lowWithProduct(at + YY, y, y);
    double varianceX = Compensated.scaledCovariance(n, xxHigh, xxLow, xHigh, xLow, xHigh, xLow);
    double varianceY = Compensated.scaledCovariance(n, yyHigh, yyLow, yHigh, yLow, yHigh, yLow);
    double scaleX = Math.max(sums.peak(at + XX), xxHigh);
    double scaleY = Math.max(sums.peak(at + YY), yyHigh);
    if (!(varianceX > n * scaleX * Compensated.CANCELLED)
        || !(varianceY > n * scaleY * Compensated.CANCELLED)) {
      return computeFromValues(window, x, y, closes);
    }
    double xyHigh = sums.high(at + XY) + x * y;
    double xyLow = sums.lowWithProduct(at + XY, x, y);
    double covariance = Compensated.scaledCovariance(n, xyHigh, xyLow, xHigh, xLow, yHigh, yLow);
    return result(window, varianceX, varianceY, covariance);
  }

  /** The two-pass computation, for the rare window whose spread drowns in its sums. */
  private double computeFromValues(int window, double x, double y, Ring closes) {
    int span = SPANS[window];
    int n = span + 1;
    double sumX = x;
    double sumY = y;
    for (int age = 0; age < span; age++) {
      sumX += xAt(closes, age);
      sumY += yAt(age);
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
      dx = xAt(closes, age) - meanX;
      dy = yAt(age) - meanY;
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
