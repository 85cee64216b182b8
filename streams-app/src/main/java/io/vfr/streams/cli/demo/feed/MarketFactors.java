package io.vfr.streams.cli.demo.feed;

/**
 * The shocks that companies share: the market's and every sector's, each with its own clustered
 * volatility, split into the part before the open and the part while the exchange trades.
 */
final class MarketFactors {
  /** Share of a day's variance that falls between the last close and the open. */
  static final double OVERNIGHT_SHARE = 0.3;

  /** Degrees of freedom of daily innovations: few, for fat tails. */
  static final int DEGREES = 4;

  private static final double MARKET_VOLATILITY = 0.19;
  private static final double SECTOR_VOLATILITY = 0.1;

  private final Factor market;
  private final Factor[] sectors;

  MarketFactors(long seed) {
    market =
        new Factor(
            new VolatilityProcess(MARKET_VOLATILITY, 0.05, 0.14, 0.86),
            new Noise(seed, "market factor"));
    sectors = new Factor[Company.SECTORS.size()];
    for (int i = 0; i < sectors.length; i++) {
      sectors[i] =
          new Factor(
              new VolatilityProcess(SECTOR_VOLATILITY, 0.05, 0.04, 0.90),
              new Noise(seed, "sector factor " + Company.SECTORS.get(i)));
    }
  }

  /** Draws the next day's shocks of all factors. */
  void step() {
    market.step();
    for (Factor sector : sectors) {
      sector.step();
    }
  }

  Factor market() {
    return market;
  }

  Factor sector(int index) {
    return sectors[index];
  }

  /** One source of shocks with its volatility. */
  static final class Factor {
    private final VolatilityProcess volatility;
    private final Noise noise;
    private double variance;
    private double overnight;
    private double session;

    Factor(VolatilityProcess volatility, Noise noise) {
      this.volatility = volatility;
      this.noise = noise;
    }

    void step() {
      variance = volatility.variance();
      double deviation = StrictMath.sqrt(variance);
      overnight = deviation * StrictMath.sqrt(OVERNIGHT_SHARE) * noise.student(DEGREES);
      session = deviation * StrictMath.sqrt(1 - OVERNIGHT_SHARE) * noise.student(DEGREES);
      volatility.update(overnight + session);
    }

    /** Variance of the drawn day's shock, as it was known before the draw. */
    double variance() {
      return variance;
    }

    /** Log return between the last close and the open. */
    double overnight() {
      return overnight;
    }

    /** Log return between the open and the close. */
    double session() {
      return session;
    }

    /** Standard deviation of the next day's shock. */
    double nextDeviation() {
      return volatility.deviation();
    }
  }
}
