package io.vfr.streams.features.window;

/** Changes of the close over some bars, and how they change. */
final class Momentum {
  private Momentum() {}

  /**
   * Writes the features that the bars suffice for.
   *
   * @param next where the next close goes
   * @param bars how many there are, the forming one included
   */
  static void compute(double[] memory, int next, double close, long bars, double[] out) {
    if (bars > 1) {
      out[FeatureIndex.MOMENTUM_1D] = change(close, Layout.CLOSES.get(memory, next, 0));
    }
    if (bars > 5) {
      double five = change(close, Layout.CLOSES.get(memory, next, 4));
      out[FeatureIndex.MOMENTUM_5D] = five;
      out[FeatureIndex.PRICE_MOMENTUM_5D] = five;
    }
    if (bars > 10) {
      double middle = Layout.CLOSES.get(memory, next, 4);
      double base = Layout.CLOSES.get(memory, next, 9);
      out[FeatureIndex.PRICE_MOMENTUM_10D] = change(close, base);
      // The two momenta may agree in most bits: subtract the closes, which are exact.
      out[FeatureIndex.PRICE_ACCELERATION] = -change(middle, base) * (close / middle);
    }
    if (bars > 20) {
      out[FeatureIndex.PRICE_MOMENTUM_20D] = change(close, Layout.CLOSES.get(memory, next, 19));
    }
  }

  /** {@code value/base - 1}; the difference of near prices is exact, their quotient is not. */
  static double change(double value, double base) {
    return (value - base) / base;
  }
}
