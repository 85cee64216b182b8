package io.vfr.streams.cli.models;

import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How a shipped model is made.
 *
 * @param purpose one sentence for its card
 * @param inputs features, in order
 * @param required features without which it is skipped
 * @param parameters of its library
 * @param rounds boosting rounds
 * @param relativeToMarket whether the mean over all symbols of a day is taken off its targets
 */
record ModelRecipe(
    String id,
    String version,
    String purpose,
    Algorithm algorithm,
    Kind kind,
    Task task,
    Target target,
    String artifactFile,
    List<String> inputs,
    List<String> required,
    Map<String, Object> parameters,
    int rounds,
    boolean relativeToMarket) {

  /** Enough history for the volatility that scales every forecast and for the oscillators. */
  private static final List<String> REQUIRED =
      List.of("volatility_20d", "rsi_14", "macd_histogram_pct");

  private static final List<String> BAR_INPUTS =
      List.of(
          "rsi_14",
          "rsi_50",
          "bollinger_20_percent",
          "bollinger_20_width",
          "bollinger_50_percent",
          "sma_20_distance",
          "sma_50_distance",
          "sma_200_distance",
          "ema_14_distance",
          "stoch_14_k",
          "stoch_14_d",
          "stoch_50_k",
          "macd_line_pct",
          "macd_signal_pct",
          "macd_histogram_pct",
          "momentum_1d",
          "momentum_5d",
          "price_momentum_10d",
          "price_momentum_20d",
          "volatility_20d",
          "atr_14_pct",
          "adx_14",
          "gap_percent",
          "intraday_volatility",
          "week_high_distance",
          "volume_ratio_5d",
          "relative_volume");

  /** Gradient-boosted regression of the standardized next-day return. */
  static final ModelRecipe MEAN_REVERSION =
      new ModelRecipe(
          "mean-reversion-xgb-v2",
          "2.0.0",
          "Forecasts the return to the next daily bar, in units of the last 20 days' volatility, from"
              + " how far a price has moved away from its own averages and bands.",
          Algorithm.XGBOOST,
          Kind.RETURN,
          Task.REGRESSION,
          Target.STANDARDIZED_RETURN,
          "model.json",
          join(BAR_INPUTS, List.of("vix", "yield_curve_10y_2y")),
          REQUIRED,
          Map.of(
              "objective",
              "reg:squarederror",
              "tree_method",
              "hist",
              "max_depth",
              3,
              "eta",
              0.03,
              "min_child_weight",
              400,
              "subsample",
              0.5,
              "colsample_bytree",
              0.5,
              "lambda",
              20,
              "seed",
              20_140_101),
          80,
          true);

  /** Gradient-boosted classes of the next day's direction. */
  static final ModelRecipe DIRECTION =
      new ModelRecipe(
          "direction-lgbm-v1",
          "1.0.0",
          "States the probabilities that the return to the next daily bar is below, within or above a"
              + " band of 0.35 of the last 20 days' volatility.",
          Algorithm.LIGHTGBM,
          Kind.DIRECTION,
          Task.MULTICLASS,
          Target.DIRECTION,
          "model.txt",
          join(BAR_INPUTS, List.of("vix", "pe_ratio", "dividend_yield", "ps_ratio", "pb_ratio")),
          REQUIRED,
          Map.of(
              "objective", "multiclass",
              "num_class", 3,
              "num_leaves", 15,
              "learning_rate", 0.03,
              "min_data_in_leaf", 5000,
              "bagging_fraction", 0.5,
              "bagging_freq", 1,
              "feature_fraction", 0.5,
              "lambda_l2", 20,
              "seed", 20_140_101),
          60,
          false);

  private static List<String> join(List<String> a, List<String> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }
}
