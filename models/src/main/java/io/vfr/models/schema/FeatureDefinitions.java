package io.vfr.models.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * The list of computed features in schema order: those made from bars first, then the as-of ones.
 * "n bars" always counts the forming bar.
 */
final class FeatureDefinitions {
  private static final int[] PERIODS = {14, 20, 50, 200};

  private final List<FeatureDefinition> list = new ArrayList<>();

  private FeatureDefinitions() {}

  static List<FeatureDefinition> all() {
    FeatureDefinitions definitions = new FeatureDefinitions();
    for (int period : PERIODS) {
      definitions.periodic(period);
    }
    definitions.macd();
    definitions.returns();
    definitions.volume();
    definitions.ranges();
    definitions.momentum();
    definitions.synonyms();
    definitions.benchmark();
    definitions.asOf();
    return List.copyOf(definitions.list);
  }

  private void periodic(int p) {
    bars("sma_" + p, FeatureUnit.PRICE, p, "mean of the last " + p + " closes");
    bars(
        "ema_" + p,
        FeatureUnit.PRICE,
        p,
        "exponential mean of closes, alpha 2/" + (p + 1) + ", seeded by the SMA of the first " + p);
    bars(
        "rsi_" + p,
        FeatureUnit.POINTS,
        p + 1,
        "Wilder RSI seeded by the mean of the first " + p + " changes; no losses 100, no moves 50");
    String band = "bollinger_" + p;
    String sigma = " population standard deviations of the last " + p + " closes";
    bars(band + "_upper", FeatureUnit.PRICE, p, "SMA plus 2" + sigma);
    bars(band + "_lower", FeatureUnit.PRICE, p, "SMA minus 2" + sigma);
    bars(band + "_percent", FeatureUnit.FRACTION, p, "(close-lower)/(upper-lower); 0.5 if flat");
    bars(band + "_width", FeatureUnit.FRACTION, p, "(upper-lower)/SMA");
    bars(
        "stoch_" + p + "_k",
        FeatureUnit.POINTS,
        p,
        "100(close-low)/(high-low), extremes of the last " + p + " bars; 50 if flat");
    bars("stoch_" + p + "_d", FeatureUnit.POINTS, p + 2, "mean of the last 3 stoch_" + p + "_k");
    bars("sma_" + p + "_distance", FeatureUnit.FRACTION, p, "close/sma_" + p + " - 1");
    bars("ema_" + p + "_distance", FeatureUnit.FRACTION, p, "close/ema_" + p + " - 1");
  }

  private void macd() {
    bars("macd_line", FeatureUnit.PRICE, 26, "EMA12 - EMA26, each seeded by its SMA");
    bars(
        "macd_signal",
        FeatureUnit.PRICE,
        34,
        "EMA9 of macd_line, seeded by the mean of its first 9 values");
    bars("macd_histogram", FeatureUnit.PRICE, 34, "macd_line - macd_signal");
    bars("macd_line_pct", FeatureUnit.FRACTION, 26, "macd_line/close");
    bars("macd_signal_pct", FeatureUnit.FRACTION, 34, "macd_signal/close");
    bars("macd_histogram_pct", FeatureUnit.FRACTION, 34, "macd_histogram/close");
  }

  private void returns() {
    bars("momentum_1d", FeatureUnit.FRACTION, 2, "close/close[-1] - 1");
    bars("momentum_5d", FeatureUnit.FRACTION, 6, "close/close[-5] - 1");
    bars("log_return_1d", FeatureUnit.FRACTION, 2, "ln(close/close[-1])");
    bars(
        "volatility_20d",
        FeatureUnit.FRACTION,
        21,
        "sample standard deviation of the last 20 log returns");
  }

  private void volume() {
    bars(
        "volume_ratio_5d",
        FeatureUnit.RATIO,
        5,
        "volume / mean of the last 5 volumes; missing if that mean is 0");
    bars(
        "relative_volume",
        FeatureUnit.RATIO,
        20,
        "volume / mean of the last 20 volumes; missing if that mean is 0");
    bars("volume_spike", FeatureUnit.FLAG, 5, "1 if volume_ratio_5d > 2, else 0; missing with it");
    bars(
        "volume_trend_10d",
        FeatureUnit.VOLUME_PER_BAR,
        10,
        "least-squares slope of the last 10 volumes on 0..9, oldest first");
    bars(
        "volume_acceleration",
        FeatureUnit.VOLUME_PER_BAR,
        10,
        "volume_trend_10d - the slope of the last 5 volumes on 0..4");
  }

  private void ranges() {
    bars(
        "atr_14",
        FeatureUnit.PRICE,
        15,
        "Wilder mean of true ranges from bar 2 on, seeded by the mean of the first 14");
    bars("atr_14_pct", FeatureUnit.FRACTION, 15, "atr_14/close");
    bars(
        "adx_14",
        FeatureUnit.POINTS,
        28,
        "Wilder mean of DX seeded by its first 14; DX from directional movements summed over bars"
            + " 2..14, then smoothed; DX is 0 before any movement");
    bars(
        "williams_r",
        FeatureUnit.POINTS,
        14,
        "-100(high-close)/(high-low), extremes of the last 14 bars; -50 if flat");
    bars("gap_percent", FeatureUnit.FRACTION, 2, "open/close[-1] - 1");
    bars("intraday_volatility", FeatureUnit.FRACTION, 1, "(high-low)/open");
    bars(
        "week_high_distance",
        FeatureUnit.FRACTION,
        252,
        "(H-close)/H, H the highest high of the last 252 bars");
  }

  private void momentum() {
    bars("price_momentum_5d", FeatureUnit.FRACTION, 6, "close/close[-5] - 1");
    bars("price_momentum_10d", FeatureUnit.FRACTION, 11, "close/close[-10] - 1");
    bars("price_momentum_20d", FeatureUnit.FRACTION, 21, "close/close[-20] - 1");
    bars("price_acceleration", FeatureUnit.FRACTION, 11, "price_momentum_5d - price_momentum_10d");
  }

  private void synonyms() {
    bars("overnight_return", FeatureUnit.FRACTION, 2, "gap_percent");
    bars("bollinger_position", FeatureUnit.FRACTION, 20, "bollinger_20_percent");
    bars("stochastic_k", FeatureUnit.POINTS, 14, "stoch_14_k");
  }

  private void benchmark() {
    String needs = "; missing if a benchmark level of the window is unknown";
    add(
        "benchmark_momentum_5d",
        FeatureUnit.FRACTION,
        6,
        FeatureGroup.BENCHMARK,
        "benchmark/benchmark[-5] - 1; missing if either is unknown");
    add(
        "correlation_to_benchmark_20d",
        FeatureUnit.RATIO,
        21,
        FeatureGroup.BENCHMARK,
        "correlation of the last 20 simple returns of close and benchmark"
            + needs
            + " or either variance is 0");
    add(
        "beta_60d",
        FeatureUnit.RATIO,
        61,
        FeatureGroup.BENCHMARK,
        "covariance / benchmark variance of the last 60 simple returns"
            + needs
            + " or that variance is 0");
  }

  private void asOf() {
    add(
        "fundamentals_age_days",
        FeatureUnit.DAYS,
        0,
        FeatureGroup.FUNDAMENTALS,
        "event time - knownAt of the fundamentals in force");
    add(
        "combined_sentiment",
        FeatureUnit.SCORE,
        0,
        FeatureGroup.SENTIMENT,
        "weighted sum of the sources' windowed sentiment");
    add(
        "sentiment_momentum",
        FeatureUnit.SCORE,
        0,
        FeatureGroup.SENTIMENT,
        "combined_sentiment - combined_sentiment one window hop earlier");
    add(
        "sentiment_age_minutes",
        FeatureUnit.MINUTES,
        0,
        FeatureGroup.SENTIMENT,
        "event time - time of the newest sentiment record");
    add("yield_curve_10y_2y", FeatureUnit.PERCENTAGE_POINTS, 0, FeatureGroup.MACRO, "dgs10 - dgs2");
  }

  private void bars(String name, FeatureUnit unit, int warmupBars, String formula) {
    add(name, unit, warmupBars, FeatureGroup.BARS, formula);
  }

  private void add(
      String name, FeatureUnit unit, int warmupBars, FeatureGroup group, String formula) {
    list.add(new FeatureDefinition(name, unit, warmupBars, group, formula));
  }
}
