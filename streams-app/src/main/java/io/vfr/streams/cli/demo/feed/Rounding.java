package io.vfr.streams.cli.demo.feed;

/** Rounds to the decimals that real quotes and reports show. */
final class Rounding {
  private static final double PRICE_MIN = 0.0001;

  private Rounding() {}

  /** Rounds half up to {@code decimals} decimals. */
  static double to(int decimals, double value) {
    double scale = 1;
    for (int i = 0; i < decimals; i++) {
      scale *= 10;
    }
    return Math.floor(value * scale + 0.5) / scale;
  }

  /** Whole cents; hundredths of a cent below one unit of currency. Monotone, always above 0. */
  static double price(double value) {
    return value >= 1 ? to(2, value) : Math.max(to(4, value), PRICE_MIN);
  }
}
