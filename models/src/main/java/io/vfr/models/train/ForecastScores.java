package io.vfr.models.train;

import io.vfr.models.evaluation.RankCorrelation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Measures of return forecasts against what came: rank information coefficient, hit rate, root mean
 * square error beside that of the forecast zero, all over (day, forecast, realized) rows.
 *
 * @param rows rows measured
 * @param days days with a rank correlation
 * @param rankIc mean over the days of Spearman's correlation across symbols
 * @param rankIcT that mean divided by its standard error, days taken as independent
 * @param hitRate share of rows whose forecast has the sign of the realized return, rows without a
 *     move or without a forecast left out
 * @param rmse root mean square of realized − forecast
 * @param rmseZero root mean square of realized
 */
public record ForecastScores(
    int rows,
    int days,
    double rankIc,
    double rankIcT,
    double hitRate,
    double rmse,
    double rmseZero) {
  /** Fewer symbols make no cross-section. */
  private static final int SYMBOLS_MIN = 5;

  /**
   * Measures forecasts.
   *
   * @param day the day of each row; rows of a day need not be adjacent
   * @param forecast one value per row, in the unit of realized
   * @param realized one value per row
   */
  public static ForecastScores measure(long[] day, double[] forecast, double[] realized) {
    int rows = day.length;
    double squares = 0;
    double zeroSquares = 0;
    int hits = 0;
    int signed = 0;
    for (int i = 0; i < rows; i++) {
      double error = realized[i] - forecast[i];
      squares += error * error;
      zeroSquares += realized[i] * realized[i];
      if (realized[i] != 0 && forecast[i] != 0) {
        signed++;
        hits += Math.signum(realized[i]) == Math.signum(forecast[i]) ? 1 : 0;
      }
    }
    double[] correlations = dailyCorrelations(day, forecast, realized);
    double mean = Arrays.stream(correlations).average().orElse(Double.NaN);
    double variance =
        Arrays.stream(correlations).map(c -> (c - mean) * (c - mean)).sum()
            / (correlations.length - 1);
    return new ForecastScores(
        rows,
        correlations.length,
        mean,
        mean / Math.sqrt(variance / correlations.length),
        (double) hits / signed,
        Math.sqrt(squares / rows),
        Math.sqrt(zeroSquares / rows));
  }

  private static double[] dailyCorrelations(long[] day, double[] forecast, double[] realized) {
    int[] order =
        IntStream.range(0, day.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> day[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] correlations = new double[order.length];
    int count = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && day[order[to]] == day[order[from]]) {
        to++;
      }
      if (to - from >= SYMBOLS_MIN) {
        int[] rows = Arrays.copyOfRange(order, from, to);
        double c = RankCorrelation.spearman(at(rows, forecast), at(rows, realized));
        if (!Double.isNaN(c)) {
          correlations[count++] = c;
        }
      }
      from = to;
    }
    return Arrays.copyOf(correlations, count);
  }

  private static double[] at(int[] rows, double[] values) {
    return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
  }
}
