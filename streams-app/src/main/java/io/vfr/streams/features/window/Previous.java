package io.vfr.streams.features.window;

/** What the next bar needs to know of the one before it. */
final class Previous {
  private double high;
  private double low;
  private double close;

  void set(Bar bar) {
    high = bar.high();
    low = bar.low();
    close = bar.close();
  }

  double high() {
    return high;
  }

  double low() {
    return low;
  }

  double close() {
    return close;
  }
}
