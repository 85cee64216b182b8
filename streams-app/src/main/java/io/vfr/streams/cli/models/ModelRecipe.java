package io.vfr.streams.cli.models;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the shipped XGBoost model is made.
 *
 * @param inputs features, in order
 * @param required features without which it is skipped
 * @param parameters XGBoost's own
 * @param rounds boosting rounds
 */
record ModelRecipe(
    String id,
    String version,
    List<String> inputs,
    List<String> required,
    Map<String, Object> parameters,
    int rounds) {

  /** Gradient-boosted regression of the standardized next-day return. */
  static final ModelRecipe MEAN_REVERSION =
      new ModelRecipe(
          "mean-reversion-xgb-v2",
          "2.1.0",
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
              "relative_volume",
              "vix",
              "yield_curve_10y_2y"),
          // Enough history for the volatility that scales every forecast and for the oscillators.
          List.of("volatility_20d", "rsi_14", "macd_histogram_pct"),
          Map.of(
              "objective",
              "reg:squarederror",
              "tree_method",
              "hist",
              "max_depth",
              4,
              "eta",
              0.03,
              "min_child_weight",
              800,
              "subsample",
              0.5,
              "colsample_bytree",
              0.5,
              "lambda",
              20,
              "seed",
              20_140_101),
          120);

  ModelRecipe {
    inputs = List.copyOf(inputs);
    required = List.copyOf(required);
    parameters = Map.copyOf(parameters);
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds must be at least 1, got " + rounds);
    }
  }

  /** The recipe with some parameters and the number of rounds replaced. */
  ModelRecipe with(Map<String, String> replaced, int newRounds) {
    Map<String, Object> all = new TreeMap<>(parameters);
    all.putAll(replaced);
    return new ModelRecipe(id, version, inputs, required, all, newRounds);
  }
}
