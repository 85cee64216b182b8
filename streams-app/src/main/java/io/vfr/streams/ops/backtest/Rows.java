package io.vfr.streams.ops.backtest;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Predictions that met their horizon, sorted by bar, symbol and offset. A period is a range of
 * rows, from the first to before the last. Not to be changed once made.
 *
 * @param bar start of the bar that the prediction was made in, epoch milliseconds
 * @param symbol index into symbols
 * @param symbols names, sorted
 * @param lower lower end of the interval; NaN where none was stated
 * @param volatility forecast volatility; NaN where none was stated
 * @param usual {@code volatility_20d}; NaN where unknown
 * @param scored whether a model took part
 * @param saidInside what {@code vfr.outcomes} says of the interval
 */
@SuppressWarnings("ArrayRecordComponent")
record Rows(
    long[] bar,
    int[] symbol,
    List<String> symbols,
    double[] expected,
    double[] realized,
    double[] lower,
    double[] upper,
    double[] volatility,
    double[] usual,
    double[] up,
    double[] neutral,
    double[] down,
    BitSet scored,
    BitSet saidInside,
    List<ModelRows> models) {
  /**
   * One model's forecasts, one a row.
   *
   * @param key {@code id@version}
   * @param isVolatility whether forecasts are σ̂ instead of returns
   * @param isClass whether it is a classifier, whose hits are classes instead of signs
   * @param forecast NaN where the model took no part
   * @param saidHit what {@code vfr.outcomes} says of it
   */
  @SuppressWarnings("ArrayRecordComponent")
  record ModelRows(
      String key, boolean isVolatility, boolean isClass, double[] forecast, BitSet saidHit) {}

  /** One bar's rows. */
  interface BarVisitor {
    /** Rows of one bar, from the first to before the last. */
    void visit(int from, int to);
  }

  int size() {
    return bar.length;
  }

  /** Shows the bars of a period in their order. */
  void forEachBar(int from, int to, BarVisitor visitor) {
    for (int first = from; first < to; ) {
      int next = first;
      while (next < to && bar[next] == bar[first]) {
        next++;
      }
      visitor.visit(first, next);
      first = next;
    }
  }

  /** Whether no later prediction of the same symbol and bar follows: what a cross-section takes. */
  boolean isNewest(int row) {
    return row + 1 == bar.length || bar[row + 1] != bar[row] || symbol[row + 1] != symbol[row];
  }

  /** The newest rows of a range that have a forecast. */
  int[] crossSection(int from, int to, double[] forecast) {
    return IntStream.range(from, to)
        .filter(row -> isNewest(row) && !Double.isNaN(forecast[row]))
        .toArray();
  }

  /** The ensemble's expected returns; NaN where no model took part. */
  double[] ensemble() {
    double[] forecast = new double[bar.length];
    Arrays.setAll(forecast, row -> scored.get(row) ? expected[row] : Double.NaN);
    return forecast;
  }

  static double[] at(int[] rows, double[] values) {
    double[] found = new double[rows.length];
    Arrays.setAll(found, i -> values[rows[i]]);
    return found;
  }
}
