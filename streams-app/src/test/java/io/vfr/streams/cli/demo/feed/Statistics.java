package io.vfr.streams.cli.demo.feed;

import java.util.Arrays;

/** Textbook sample statistics. */
final class Statistics {
  private Statistics() {}

  static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  static double correlation(double[] x, double[] y) {
    double mx = mean(x);
    double my = mean(y);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
      xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Correlation of x(t) with y(t + lag). */
  static double lagged(double[] x, double[] y, int lag) {
    return correlation(Arrays.copyOf(x, x.length - lag), Arrays.copyOfRange(y, lag, y.length));
  }

  static double excessKurtosis(double[] x) {
    double m = mean(x);
    double second = 0;
    double fourth = 0;
    for (double value : x) {
      double d = (value - m) * (value - m);
      second += d;
      fourth += d * d;
    }
    return x.length * fourth / (second * second) - 3;
  }

  static double deviation(double[] x) {
    double m = mean(x);
    return Math.sqrt(Arrays.stream(x).map(v -> (v - m) * (v - m)).average().orElseThrow());
  }

  static double[] absolute(double[] x) {
    return Arrays.stream(x).map(Math::abs).toArray();
  }

  static double[] squares(double[] x) {
    return Arrays.stream(x).map(v -> v * v).toArray();
  }
}
