package io.vfr.streams.ops.backtest;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How often intervals held what they promised.
 *
 * @param rows intervals whose return is known
 * @param inside of them those that hold it
 * @param coverage inside / rows; null without one
 * @param meanHalfWidth mean of half their widths, returns
 */
record Coverage(int rows, int inside, @Nullable Double coverage, @Nullable Double meanHalfWidth) {
  /** Measures the rows of a range that are wanted. */
  static Coverage of(Rows rows, int from, int to, IntPredicate wanted) {
    int count = 0;
    int inside = 0;
    double widths = 0;
    for (int row = from; row < to; row++) {
      if (Double.isNaN(rows.lower()[row]) || !wanted.test(row)) {
        continue;
      }
      count++;
      inside += isInside(rows, row) ? 1 : 0;
      widths += (rows.upper()[row] - rows.lower()[row]) / 2;
    }
    return new Coverage(
        count, inside, Figures.of((double) inside / count), Figures.of(widths / count));
  }

  /** Whether a row's return lies in its interval; false without an interval. */
  static boolean isInside(Rows rows, int row) {
    return rows.lower()[row] <= rows.realized()[row] && rows.realized()[row] <= rows.upper()[row];
  }
}
