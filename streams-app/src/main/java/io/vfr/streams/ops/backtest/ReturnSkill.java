package io.vfr.streams.ops.backtest;

import io.vfr.models.evaluation.MeanT;
import io.vfr.models.evaluation.RankCorrelation;
import org.jspecify.annotations.Nullable;

/**
 * How forecasts of returns did in one period. Figures that too few rows leave unmeasured are null.
 *
 * @param rows forecasts that met their horizon
 * @param hitRate share of them that have the sign of the realised return; rows without a move or
 *     without a side are left out
 * @param bars bars with a rank correlation, of at least {@link #SYMBOLS_MIN} symbols
 * @param rankIc mean over the bars of Spearman's correlation across symbols
 * @param rankIcT that mean over its standard error, bars taken as independent
 * @param meanLoss mean of |realised − forecast|
 * @param rmse root mean square of realised − forecast
 * @param rmseZero the same of the forecast zero
 * @param gain 1 − (rmse / rmseZero)²: above 0 better than the forecast zero
 */
record ReturnSkill(
    int rows,
    @Nullable Double hitRate,
    int bars,
    @Nullable Double rankIc,
    @Nullable Double rankIcT,
    @Nullable Double meanLoss,
    @Nullable Double rmse,
    @Nullable Double rmseZero,
    @Nullable Double gain) {
  /** Fewer symbols make no cross-section. */
  static final int SYMBOLS_MIN = 5;

  /** Measures the forecasts of a range of rows; NaN is none. */
  static ReturnSkill of(Rows rows, double[] forecast, int from, int to) {
    int count = 0;
    int sided = 0;
    int hits = 0;
    double loss = 0;
    double squares = 0;
    double zeroSquares = 0;
    for (int row = from; row < to; row++) {
      double stated = forecast[row];
      double came = rows.realized()[row];
      if (Double.isNaN(stated)) {
        continue;
      }
      count++;
      loss += Math.abs(came - stated);
      squares += (came - stated) * (came - stated);
      zeroSquares += came * came;
      if (came != 0 && stated != 0) {
        sided++;
        hits += Math.signum(came) == Math.signum(stated) ? 1 : 0;
      }
    }
    MeanT ic = rankIc(rows, forecast, from, to);
    return new ReturnSkill(
        count,
        Figures.of((double) hits / sided),
        ic.count(),
        Figures.of(ic.mean()),
        Figures.of(ic.t()),
        Figures.of(loss / count),
        Figures.of(Math.sqrt(squares / count)),
        Figures.of(Math.sqrt(zeroSquares / count)),
        Figures.of(1 - squares / zeroSquares));
  }

  private static MeanT rankIc(Rows rows, double[] forecast, int from, int to) {
    Doubles correlations = new Doubles();
    rows.forEachBar(
        from,
        to,
        (first, next) -> {
          int[] members = rows.crossSection(first, next, forecast);
          if (members.length >= SYMBOLS_MIN) {
            correlations.add(
                RankCorrelation.spearman(
                    Rows.at(members, forecast), Rows.at(members, rows.realized())));
          }
        });
    return MeanT.of(correlations.all());
  }
}
