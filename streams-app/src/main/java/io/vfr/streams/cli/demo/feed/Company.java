package io.vfr.streams.cli.demo.feed;

import java.util.List;
import java.util.Locale;

/**
 * What does not change about a simulated company.
 *
 * @param symbol its ticker, {@code SIM-<sector>-<number>}
 * @param sector index into {@link #SECTORS}
 * @param beta loading on the market factor
 * @param sectorLoading loading on its sector's factor
 * @param annualVolatility long-run standard deviation of a year's own (idiosyncratic) log return
 * @param sharesOutstanding number of shares
 * @param startPrice price before the first bar
 * @param dailyVolume median shares traded a day
 * @param attention news and posts a day, relative to the average company
 */
record Company(
    String symbol,
    int sector,
    double beta,
    double sectorLoading,
    double annualVolatility,
    double sharesOutstanding,
    double startPrice,
    double dailyVolume,
    double attention) {
  /** Sectors, as they stand in tickers. */
  static final List<String> SECTORS =
      List.of("TECH", "HLTH", "FINL", "ENRG", "INDU", "CONS", "UTIL");

  /** What every simulated ticker starts with; no exchange lists such tickers. */
  static final String PREFIX = "SIM-";

  private static final double[] SECTOR_BETA = {1.25, 0.85, 1.1, 1.05, 1.0, 0.9, 0.6};
  private static final double[] SECTOR_VOLATILITY = {0.23, 0.21, 0.16, 0.23, 0.17, 0.17, 0.12};

  /** The company with an index, the same in every market of a seed. */
  static Company at(int index, long seed) {
    int sector = index % SECTORS.size();
    int number = index / SECTORS.size() + 1;
    String symbol = String.format(Locale.ROOT, "%s%s-%02d", PREFIX, SECTORS.get(sector), number);
    Noise noise = new Noise(seed, "company " + symbol);
    double beta = Math.clamp(SECTOR_BETA[sector] + 0.2 * noise.gaussian(), 0.2, 2.2);
    double volatility = Math.clamp(noise.logNormal(SECTOR_VOLATILITY[sector], 0.25), 0.1, 0.7);
    double price = noise.logNormal(75, 0.7);
    double capitalisation = noise.logNormal(30e9, 1.1);
    double shares = Math.rint(capitalisation / price / 1e5 + 1) * 1e5;
    double turnover = noise.logNormal(0.006, 0.4);
    double size = StrictMath.pow(capitalisation / 30e9, 0.3);
    return new Company(
        symbol,
        sector,
        beta,
        0.8 + 0.4 * noise.uniform(),
        volatility,
        shares,
        Rounding.price(price),
        shares * turnover,
        Math.clamp(size * noise.logNormal(1, 0.3), 0.4, 3));
  }
}
