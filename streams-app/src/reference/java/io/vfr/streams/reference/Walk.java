package io.vfr.streams.reference;

import io.vfr.schemas.PriceBar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random walks as daily bars. */
public final class Walk {
  /** Length of a bar. */
  public static final long DAY = Duration.ofDays(1).toMillis();

  /** Start of the first bar. */
  public static final long START = 1_600_000_000_000L / DAY * DAY;

  private Walk() {}

  /** Bars of one symbol, a day apart. */
  public static List<PriceBar> bars(String symbol, int count, long seed) {
    Random random = new Random(seed);
    List<PriceBar> bars = new ArrayList<>(count);
    double close = 50;
    for (int i = 0; i < count; i++) {
      double open = close * Math.exp(0.004 * random.nextGaussian());
      close = open * Math.exp(0.015 * random.nextGaussian());
      bars.add(
          new PriceBar(
              symbol,
              START + i * DAY,
              open,
              Math.max(open, close) * 1.005,
              Math.min(open, close) * 0.995,
              close,
              1e6 * (0.5 + random.nextDouble()),
              null));
    }
    return bars;
  }
}
