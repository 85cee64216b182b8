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

  /** Numbers that a sum takes in a symbol's memory; a sum is told by where its first lies. */
  static final int STRIDE = 3;

  private static final int LOW = 1;
  private static final int PEAK = 2;

  private Compensated() {}

  static double high(double[] memory, int sum) {
    return memory[sum];
  }

  static double low(double[] memory, int sum) {
    return memory[sum + LOW];
  }

  /** The largest value of the sum since it was last cleared or set. */
  static double peak(double[] memory, int sum) {
    return memory[sum + PEAK];
  }

  /** Adds a value; a negative one takes it out. */
  static void add(double[] memory, int sum, double value) {
    double high = memory[sum];
    double total = high + value;
    memory[sum + LOW] += sumError(high, value, total);
    memory[sum] = total;
    memory[sum + PEAK] = Math.max(memory[sum + PEAK], total);
  }

  /** Adds the exact product of two values. */
  static void addProduct(double[] memory, int sum, double x, double y) {
    double product = x * y;
    double high = memory[sum];
    double total = high + product;
    memory[sum + LOW] += sumError(high, product, total) + Math.fma(x, y, -product);
    memory[sum] = total;
    memory[sum + PEAK] = Math.max(memory[sum + PEAK], total);
  }

  /** Takes a value out and adds another, as {@link #add} would one after the other. */
  static void replace(double[] memory, int sum, double leaving, double entering) {
    double high = memory[sum];
    double without = high - leaving;
    double total = without + entering;
    double peak = Math.max(memory[sum + PEAK], without);
    memory[sum + LOW] =
        (memory[sum + LOW] + sumError(high, -leaving, without))
            + sumError(without, entering, total);
    memory[sum + PEAK] = Math.max(peak, total);
    memory[sum] = total;
  }

  /** Takes the exact product of two values out and adds that of two others: {@link #addProduct}. */
  static void replaceProduct(
      double[] memory, int sum, double leavingX, double leavingY, double x, double y) {
    double high = memory[sum];
    double leaving = leavingX * leavingY;
    double without = high - leaving;
    double product = x * y;
    double total = without + product;
    double peak = Math.max(memory[sum + PEAK], without);
    memory[sum + LOW] =
        (memory[sum + LOW]
                + (sumError(high, -leaving, without) + Math.fma(-leavingX, leavingY, leaving)))
            + (sumError(without, product, total) + Math.fma(x, y, -product));
    memory[sum + PEAK] = Math.max(peak, total);
    memory[sum] = total;
  }

  static void clear(double[] memory, int sum) {
    set(memory, sum, 0, 0);
  }

  /** Sets a sum and starts its peak there. */
  static void set(double[] memory, int sum, double high, double low) {
    memory[sum] = high;
    memory[sum + LOW] = low;
    memory[sum + PEAK] = high;
  }

  /** The low part of a sum as it would be after adding a value; the high part is high + value. */
  static double lowWith(double[] memory, int sum, double value) {
    double high = high(memory, sum);
    return low(memory, sum) + sumError(high, value, high + value);
  }

  /** The low part of a sum as it would be after adding x times y; the high part is high + x*y. */
  static double lowWithProduct(double[] memory, int sum, double x, double y) {
    double product = x * y;
    double high = high(memory, sum);
    return low(memory, sum) + sumError(high, product, high + product) + Math.fma(x, y, -product);
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
