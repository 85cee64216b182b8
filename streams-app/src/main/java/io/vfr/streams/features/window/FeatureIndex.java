package io.vfr.streams.features.window;

import io.vfr.models.schema.FeatureSchema;

/** Where in a vector each bar-derived feature stands: the schema's indices, resolved once. */
final class FeatureIndex {
  /** Window lengths of the periodic features, bars. */
  static final int[] PERIODS = {14, 20, 50, 200};

  /** Index of {@code sma_p} for each period; the other features of p follow at fixed offsets. */
  static final int[] PERIODIC = periodic();

  static final int SMA = 0;
  static final int EMA = offset("ema_14");
  static final int RSI = offset("rsi_14");
  static final int UPPER = offset("bollinger_14_upper");
  static final int LOWER = offset("bollinger_14_lower");
  static final int PERCENT = offset("bollinger_14_percent");
  static final int WIDTH = offset("bollinger_14_width");
  static final int STOCH_K = offset("stoch_14_k");
  static final int STOCH_D = offset("stoch_14_d");
  static final int SMA_DISTANCE = offset("sma_14_distance");
  static final int EMA_DISTANCE = offset("ema_14_distance");

  static final int MACD_LINE = of("macd_line");
  static final int MACD_SIGNAL = of("macd_signal");
  static final int MACD_HISTOGRAM = of("macd_histogram");
  static final int MACD_LINE_PCT = of("macd_line_pct");
  static final int MACD_SIGNAL_PCT = of("macd_signal_pct");
  static final int MACD_HISTOGRAM_PCT = of("macd_histogram_pct");
  static final int MOMENTUM_1D = of("momentum_1d");
  static final int MOMENTUM_5D = of("momentum_5d");
  static final int LOG_RETURN_1D = of("log_return_1d");
  static final int VOLATILITY_20D = of("volatility_20d");
  static final int VOLUME_RATIO_5D = of("volume_ratio_5d");
  static final int RELATIVE_VOLUME = of("relative_volume");
  static final int VOLUME_SPIKE = of("volume_spike");
  static final int VOLUME_TREND_10D = of("volume_trend_10d");
  static final int VOLUME_ACCELERATION = of("volume_acceleration");
  static final int ATR_14 = of("atr_14");
  static final int ATR_14_PCT = of("atr_14_pct");
  static final int ADX_14 = of("adx_14");
  static final int WILLIAMS_R = of("williams_r");
  static final int GAP_PERCENT = of("gap_percent");
  static final int INTRADAY_VOLATILITY = of("intraday_volatility");
  static final int WEEK_HIGH_DISTANCE = of("week_high_distance");
  static final int PRICE_MOMENTUM_5D = of("price_momentum_5d");
  static final int PRICE_MOMENTUM_10D = of("price_momentum_10d");
  static final int PRICE_MOMENTUM_20D = of("price_momentum_20d");
  static final int PRICE_ACCELERATION = of("price_acceleration");
  static final int OVERNIGHT_RETURN = of("overnight_return");
  static final int BOLLINGER_POSITION = of("bollinger_position");
  static final int STOCHASTIC_K = of("stochastic_k");
  static final int BOLLINGER_20_PERCENT = of("bollinger_20_percent");
  static final int STOCH_14_K = of("stoch_14_k");
  static final int BENCHMARK_MOMENTUM_5D = of("benchmark_momentum_5d");
  static final int CORRELATION_20D = of("correlation_to_benchmark_20d");
  static final int BETA_60D = of("beta_60d");

  /** How many features are made from bars: the prefix of a vector that this package writes. */
  static final int COUNT = FeatureSchema.current().barFeatures();

  private FeatureIndex() {}

  private static int of(String name) {
    int index = FeatureSchema.current().indexOf(name);
    if (index < 0) {
      throw new IllegalStateException("the feature schema lacks " + name);
    }
    return index;
  }

  private static int offset(String nameFor14) {
    int offset = of(nameFor14) - of("sma_14");
    for (int period : PERIODS) {
      String name = nameFor14.replace("_14", "_" + period);
      if (of(name) != of("sma_" + period) + offset) {
        throw new IllegalStateException(name + " must follow sma_" + period + " by " + offset);
      }
    }
    return offset;
  }

  private static int[] periodic() {
    int[] indices = new int[PERIODS.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = of("sma_" + PERIODS[i]);
    }
    return indices;
  }
}
