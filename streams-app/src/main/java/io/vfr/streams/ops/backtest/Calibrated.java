package io.vfr.streams.ops.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How true stated probabilities were. UP means a return above the neutral band, a multiple of
 * {@code volatility_20d}.
 *
 * @param rows predictions with a known {@code volatility_20d}
 * @param bins the rows sorted by their stated P(up), in bins of equally many
 * @param meanError mean over the bins of |stated − came|
 * @param brier mean over rows of the summed squared differences of the three probabilities (G.
 *     Brier, 1950)
 * @param brierBaseRates the same if the period's own shares of the three had been stated each time
 */
record Calibrated(
    int rows,
    List<Bin> bins,
    @Nullable Double meanError,
    @Nullable Double brier,
    @Nullable Double brierBaseRates) {
  static final int BINS = 10;

  /**
   * Predictions of about equal P(up).
   *
   * @param rows how many
   * @param stated mean stated P(up)
   * @param came share that went up
   */
  record Bin(int rows, double stated, double came) {}

  /**
   * Measures a range of rows.
   *
   * @param neutralBand half width of NEUTRAL, in {@code volatility_20d}
   */
  static Calibrated of(Rows rows, int from, int to, double neutralBand) {
    int[] known =
        IntStream.range(from, to)
            .filter(row -> rows.scored().get(row) && !Double.isNaN(rows.usual()[row]))
            .toArray();
    int[] byStated =
        IntStream.of(known)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> rows.up()[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Bin> bins = bins(rows, byStated, neutralBand);
    double error = bins.stream().mapToDouble(bin -> Math.abs(bin.stated() - bin.came())).sum();
    double[] shares = new double[3];
    double brier = 0;
    for (int row : known) {
      int came = came(rows, row, neutralBand);
      shares[came]++;
      brier += square(rows.down()[row] - (came == 0 ? 1 : 0));
      brier += square(rows.neutral()[row] - (came == 1 ? 1 : 0));
      brier += square(rows.up()[row] - (came == 2 ? 1 : 0));
    }
    double base = 1;
    for (double share : shares) {
      base -= square(share / known.length);
    }
    return new Calibrated(
        known.length,
        bins,
        Figures.of(error / bins.size()),
        Figures.of(brier / known.length),
        Figures.of(base));
  }

  private static List<Bin> bins(Rows rows, int[] byStated, double neutralBand) {
    List<Bin> bins = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      int first = (int) ((long) bin * byStated.length / BINS);
      int next = (int) ((bin + 1L) * byStated.length / BINS);
      if (next == first) {
        continue;
      }
      double stated = 0;
      int up = 0;
      for (int i = first; i < next; i++) {
        stated += rows.up()[byStated[i]];
        up += came(rows, byStated[i], neutralBand) == 2 ? 1 : 0;
      }
      int count = next - first;
      bins.add(new Bin(count, stated / count, (double) up / count));
    }
    return bins;
  }

  /** 0 down, 1 neutral, 2 up. */
  private static int came(Rows rows, int row, double neutralBand) {
    double band = neutralBand * rows.usual()[row];
    double realized = rows.realized()[row];
    return realized > band ? 2 : realized < -band ? 0 : 1;
  }

  private static double square(double value) {
    return value * value;
  }
}
