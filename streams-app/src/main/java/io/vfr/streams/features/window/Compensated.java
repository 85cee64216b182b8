package io.vfr.streams.features.window;

/**
 * Running sums in twice the working precision, each an unevaluated pair high + low.
 *
 * <p>Every addition keeps its rounding error in the low part (Knuth's two-sum; the error of a
 * product comes from a fused multiply-add), as in the Dot2 algorithm of Ogita, Rump and Oishi,
 * "Accurate Sum and Dot Product", SIAM J. Sci. Comput. 26(6), 2005. A value that enters a window
 * and leaves it later takes its rounding errors with it, up to about 2^-97 of the largest partial
 * sum.
 */
final class Compensated {
  /**
   * A difference of sums below this share of their largest partial value has lost too many bits:
   * its relative error could exceed 2^-36. Whoever forms such a difference recomputes it from the
   * values.
   */
  static final double CANCELLED = 0x1p-60;

  private static final int STRIDE = 3;
  private static final int LOW = 1;
  private static final int PEAK = 2;

  private final double[] sums;

  Compensated(int sums) {
    this.sums = new double[STRIDE * sums];
  }

  double high(int sum) {
    return sums[STRIDE * sum];
  }

  double low(int sum) {
    return sums[STRIDE * sum + LOW];
  }

  /** The largest value of the sum since it was last cleared or set. */
  double peak(int sum) {
    return sums[STRIDE * sum + PEAK];
  }

  /** Adds a value; a negative one takes it out. */
  void add(int sum, double value) {
    int at = STRIDE * sum;
    double high = sums[at];
    double total = high + value;
    sums[at + LOW] += sumError(high, value, total);
    sums[at] = total;
    sums[at + PEAK] = Math.max(sums[at + PEAK], total);
  }

  /** Adds the exact product of two values. */
  void addProduct(int sum, double x, double y) {
    int at = STRIDE * sum;
    double product = x * y;
    double high = sums[at];
    double total = high + product;
    sums[at + LOW] += sumError(high, product, total) + Math.fma(x, y, -product);
    sums[at] = total;
    sums[at + PEAK] = Math.max(sums[at + PEAK], total);
  }

  void clear(int sum) {
    sums[STRIDE * sum] = 0;
    sums[STRIDE * sum + LOW] = 0;
    sums[STRIDE * sum + PEAK] = 0;
  }

  /** Sets a sum and starts its peak there. */
  void set(int sum, double high, double low) {
    sums[STRIDE * sum] = high;
    sums[STRIDE * sum + LOW] = low;
    sums[STRIDE * sum + PEAK] = high;
  }

  /** The low part of a sum as it would be after adding a value; the high part is high + value. */
  double lowWith(int sum, double value) {
    double high = high(sum);
    return low(sum) + sumError(high, value, high + value);
  }

  /** The low part of a sum as it would be after adding x times y; the high part is high + x*y. */
  double lowWithProduct(int sum, double x, double y) {
    double product = x * y;
    double high = high(sum);
    return low(sum) + sumError(high, product, high + product) + Math.fma(x, y, -product);
  }

  /** What rounding lost in {@code total = a + b}, exactly. */
  static double sumError(double a, double b, double total) {
    double back = total - a;
    return (a - (total - back)) + (b - back);
  }

  /** n·q − x·y for compensated q, x and y: n² times a covariance whose sums these are. */
  static double scaledCovariance(
      double n, double qHigh, double qLow, double xHigh, double xLow, double yHigh, double yLow) {
    double a = n * qHigh;
    double aLow = Math.fma(n, qHigh, -a) + n * qLow;
    double b = xHigh * yHigh;
    double bLow = Math.fma(xHigh, yHigh, -b) + (xHigh * yLow + xLow * yHigh) + xLow * yLow;
    double difference = a - b;
    return difference + (sumError(a, -b, difference) + (aLow - bLow));
  }
}
