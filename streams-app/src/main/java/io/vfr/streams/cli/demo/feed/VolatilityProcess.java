package io.vfr.streams.cli.demo.feed;

/**
 * Conditional variance of daily shocks: GARCH(1,1) with the asymmetric term of Glosten, Jagannathan
 * and Runkle, {@code h' = ω + (α + γ·[shock < 0])·shock² + β·h}. Bad news raises it more than good
 * news of the same size.
 */
final class VolatilityProcess {
  static final double TRADING_DAYS = 252;

  /** Bounds a run of extreme shocks: the worst weeks of 2008 were about this far above average. */
  private static final double VARIANCE_RATIO_MAX = 25;

  private final double alpha;
  private final double gamma;
  private final double beta;
  private final double meanVariance;
  private double variance;

  /**
   * Starts at its long-run mean.
   *
   * @param annualVolatility long-run standard deviation of a year's log return
   */
  VolatilityProcess(double annualVolatility, double alpha, double gamma, double beta) {
    this.alpha = alpha;
    this.gamma = gamma;
    this.beta = beta;
    meanVariance = annualVolatility * annualVolatility / TRADING_DAYS;
    variance = meanVariance;
  }

  /** Variance of the next day's shock. */
  double variance() {
    return variance;
  }

  /** Standard deviation of the next day's shock. */
  double deviation() {
    return StrictMath.sqrt(variance);
  }

  /** Takes the day's shock and moves on to the next day. */
  void update(double shock) {
    double persistence = alpha + gamma / 2 + beta;
    double omega = meanVariance * (1 - persistence);
    double reaction = shock < 0 ? alpha + gamma : alpha;
    double next = omega + reaction * shock * shock + beta * variance;
    variance = Math.min(next, VARIANCE_RATIO_MAX * meanVariance);
  }
}
