package io.vfr.streams.reference;

import io.vfr.streams.features.window.Bar;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded series of bars with the difficulties of real ones, and worse. */
public final class RandomBars {
  /** What is difficult about a series. */
  public enum Shape {
    /** Two per cent a bar around a price of 100, prices in cents, some gaps. */
    STOCK,
    /** Prices near 1e-6, full precision. */
    TINY_PRICE,
    /** Prices near 1e8. */
    HUGE_PRICE,
    /** Now and then the price jumps by a factor of one hundred, up or down. */
    JUMPS,
    /** Jumps by 1e9 between stretches that hardly move: sums forget the small values. */
    CLIFFS,
    /** Moves of 1e-9 of the price. */
    TINY_SIGMA,
    /** Stretches of up to 300 equal bars between moves. */
    FLATS,
    /** The price halves from one bar to the next, as after an unadjusted split. */
    SPLITS,
    /** Volumes from 1e-8 to 1e15, and stretches without any. */
    WILD_VOLUME,
    /** The benchmark is unknown at times, flat at times. */
    PATCHY_BENCHMARK,
    /** One price a bar: open = high = low = close. */
    ONE_PRICE,
    /** A steady trend: every bar a new high, then every bar a new low. */
    TREND,
    /** The price is zero at times. */
    ZERO_PRICE
  }

  /** One day, the distance of bars. */
  public static final long INTERVAL_MILLIS = 86_400_000;

  private final Random random;
  private final Shape shape;
  private final List<Bar> bars = new ArrayList<>();
  private double close;
  private double level = 4000;
  private int stillFor;

  private RandomBars(long seed, Shape shape) {
    random = new Random(seed);
    this.shape = shape;
    close =
        switch (shape) {
          case TINY_PRICE -> 1e-6;
          case HUGE_PRICE -> 1e8;
          default -> 100;
        };
  }

  /** A series of n bars, the same for the same arguments. */
  public static List<Bar> series(long seed, Shape shape, int n) {
    RandomBars series = new RandomBars(seed, shape);
    for (int i = 0; i < n; i++) {
      series.next(i);
    }
    return List.copyOf(series.bars);
  }

  private void next(int i) {
    double previous = close;
    double move = moves();
    close = round(close * move);
    double open =
        round(shape == Shape.STOCK && random.nextInt(4) == 0 ? previous * 1.03 : previous);
    if (shape == Shape.ONE_PRICE) {
      open = close;
    }
    if (shape == Shape.ZERO_PRICE && random.nextInt(40) == 0) {
      bars.add(new Bar(i * INTERVAL_MILLIS, open, open, 0, 0, volume(), benchmark()));
      return;
    }
    boolean still = move == 1 || shape == Shape.ONE_PRICE;
    double wick = shape == Shape.TINY_SIGMA ? 1e-9 : 0.01;
    double high = Math.max(open, close) * (still ? 1 : 1 + wick * random.nextDouble());
    double low = Math.min(open, close) * (still ? 1 : 1 - wick * random.nextDouble());
    bars.add(new Bar(i * INTERVAL_MILLIS, open, high, low, close, volume(), benchmark()));
  }

  private double moves() {
    double gaussian = random.nextGaussian();
    return switch (shape) {
      case JUMPS -> random.nextInt(60) == 0 ? jump(100) : Math.exp(0.01 * gaussian);
      case CLIFFS -> random.nextInt(90) == 0 ? jump(1e9) : 1 + 1e-7 * gaussian;
      case TINY_SIGMA -> 1 + 1e-9 * gaussian;
      case SPLITS -> random.nextInt(150) == 0 ? 0.5 : Math.exp(0.02 * gaussian);
      case TREND -> bars.size() % 600 < 300 ? 1.001 : 0.999;
      case FLATS -> {
        if (stillFor == 0 && random.nextInt(30) == 0) {
          stillFor = 1 + random.nextInt(300);
        }
        stillFor = Math.max(0, stillFor - 1);
        yield stillFor > 0 ? 1 : Math.exp(0.02 * gaussian);
      }
      default -> Math.exp(0.02 * gaussian);
    };
  }

  private double jump(double factor) {
    return close > 100 ? 1 / factor : factor;
  }

  private double round(double price) {
    return shape == Shape.STOCK ? Math.max(0.01, Math.rint(price * 100) / 100) : price;
  }

  private double volume() {
    if (shape != Shape.WILD_VOLUME) {
      return random.nextInt(1_000_000);
    }
    if (bars.size() % 100 > 70) {
      return 0;
    }
    return Math.pow(10, -8 + 23 * random.nextDouble());
  }

  private double benchmark() {
    if (shape == Shape.PATCHY_BENCHMARK) {
      int phase = bars.size() % 250;
      if (phase == 90) {
        return Double.NaN;
      }
      if (phase > 170) {
        return level;
      }
    }
    level *= Math.exp(0.01 * random.nextGaussian());
    return level;
  }
}
