package io.vfr.streams.ops.backtest;

import io.vfr.models.evaluation.Judgement;
import io.vfr.models.evaluation.MeanT;
import io.vfr.models.evaluation.RankCorrelation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How forecasts of volatility did in one period. The loss is the quasi-likelihood ln σ̂ + r² / (2
 * σ̂²) of {@link Judgement}; lower is better.
 *
 * @param rows forecasts that met their horizon, with a known {@code volatility_20d} to compare with
 * @param hitRate share of them with a lower loss than {@code volatility_20d}
 * @param meanLoss mean loss
 * @param meanLossUsual mean loss of {@code volatility_20d}
 * @param bars bars
 * @param gainT mean over the bars of their mean difference of the two, over its standard error (F.
 *     Diebold and R. Mariano, "Comparing predictive accuracy", 1995): above 0 better than {@code
 *     volatility_20d}
 * @param rankIc mean over the bars of Spearman's correlation between σ̂ and the size of the move
 * @param ratio mean of r² / σ̂²: above 1 the forecast was too low
 */
record VolatilitySkill(
    int rows,
    @Nullable Double hitRate,
    @Nullable Double meanLoss,
    @Nullable Double meanLossUsual,
    int bars,
    @Nullable Double gainT,
    @Nullable Double rankIc,
    @Nullable Double ratio) {
  /** Measures the forecasts of a range of rows; NaN is none. */
  static VolatilitySkill of(Rows rows, double[] forecast, int from, int to) {
    int count = 0;
    int hits = 0;
    double loss = 0;
    double lossUsual = 0;
    double ratio = 0;
    for (int row = from; row < to; row++) {
      double sigma = forecast[row];
      double usual = rows.usual()[row];
      if (Double.isNaN(sigma) || Double.isNaN(usual)) {
        continue;
      }
      double came = rows.realized()[row];
      double its = Judgement.quasiLikelihood(sigma, came);
      double others = Judgement.quasiLikelihood(usual, came);
      count++;
      hits += its < others ? 1 : 0;
      loss += its;
      lossUsual += others;
      ratio += came / sigma * (came / sigma);
    }
    Doubles gains = new Doubles();
    Doubles correlations = new Doubles();
    rows.forEachBar(
        from,
        to,
        (first, next) -> {
          int[] members =
              Arrays.stream(rows.crossSection(first, next, forecast))
                  .filter(row -> !Double.isNaN(rows.usual()[row]))
                  .toArray();
          if (members.length > 0) {
            gains.add(meanGain(rows, forecast, members));
          }
          if (members.length >= ReturnSkill.SYMBOLS_MIN) {
            double[] size =
                Arrays.stream(Rows.at(members, rows.realized())).map(Math::abs).toArray();
            correlations.add(RankCorrelation.spearman(Rows.at(members, forecast), size));
          }
        });
    MeanT gain = MeanT.of(gains.all());
    return new VolatilitySkill(
        count,
        Figures.of((double) hits / count),
        Figures.of(loss / count),
        Figures.of(lossUsual / count),
        gain.count(),
        Figures.of(gain.t()),
        Figures.of(MeanT.of(correlations.all()).mean()),
        Figures.of(ratio / count));
  }

  private static double meanGain(Rows rows, double[] forecast, int[] members) {
    double sum = 0;
    for (int row : members) {
      double came = rows.realized()[row];
      sum +=
          Judgement.quasiLikelihood(rows.usual()[row], came)
              - Judgement.quasiLikelihood(forecast[row], came);
    }
    return sum / members.length;
  }
}
