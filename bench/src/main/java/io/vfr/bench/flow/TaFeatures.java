package io.vfr.bench.flow;

import io.vfr.bench.flow.OneDayFlow.Price;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ta4j.core.BarSeries;
import org.ta4j.core.BaseBarSeriesBuilder;
import org.ta4j.core.Indicator;
import org.ta4j.core.indicators.ATRIndicator;
import org.ta4j.core.indicators.MACDIndicator;
import org.ta4j.core.indicators.ROCIndicator;
import org.ta4j.core.indicators.RSIIndicator;
import org.ta4j.core.indicators.StochasticOscillatorDIndicator;
import org.ta4j.core.indicators.StochasticOscillatorKIndicator;
import org.ta4j.core.indicators.adx.ADXIndicator;
import org.ta4j.core.indicators.averages.EMAIndicator;
import org.ta4j.core.indicators.averages.SMAIndicator;
import org.ta4j.core.indicators.bollinger.PercentBIndicator;
import org.ta4j.core.indicators.helpers.ClosePriceIndicator;
import org.ta4j.core.indicators.helpers.HighPriceIndicator;
import org.ta4j.core.indicators.helpers.HighestValueIndicator;
import org.ta4j.core.indicators.helpers.VolumeIndicator;
import org.ta4j.core.indicators.statistics.StandardDeviationIndicator;
import org.ta4j.core.num.DoubleNumFactory;
import org.ta4j.core.num.Num;

/** The features of one symbol that ta4j has, as far as the shipped models ask for them. */
final class TaFeatures {
  /** The longest window is of 252 bars. */
  static final int BARS_KEPT = 260;

  private static final Duration BAR = Duration.ofDays(1);

  /** From the deviation of 20 returns to that of what they are a sample of. */
  private static final double SAMPLE = Math.sqrt(20.0 / 19);

  private final BarSeries series =
      new BaseBarSeriesBuilder()
          .withNumFactory(DoubleNumFactory.getInstance())
          .withMaxBarCount(BARS_KEPT)
          .build();
  private final Map<String, Indicator<Num>> plain = new LinkedHashMap<>();
  private final Map<String, Indicator<Num>> ofClose = new LinkedHashMap<>();
  private final Map<String, Indicator<Num>> averages = new LinkedHashMap<>();
  private final Map<String, Indicator<Num>> momentum = new LinkedHashMap<>();
  private final Indicator<Num> macd;
  private final Indicator<Num> macdSignal;
  private final Indicator<Num> sma20;
  private final Indicator<Num> deviation20;
  private final Indicator<Num> highest;
  private final Indicator<Num> volume5;
  private final Indicator<Num> volume20;
  private final Indicator<Num> volatility;

  TaFeatures() {
    ClosePriceIndicator close = new ClosePriceIndicator(series);
    plain.put("rsi_14", new RSIIndicator(close, 14));
    plain.put("rsi_50", new RSIIndicator(close, 50));
    plain.put("bollinger_20_percent", new PercentBIndicator(close, 20, 2));
    plain.put("bollinger_50_percent", new PercentBIndicator(close, 50, 2));
    StochasticOscillatorKIndicator k14 = new StochasticOscillatorKIndicator(series, 14);
    plain.put("stoch_14_k", k14);
    plain.put("stoch_14_d", new StochasticOscillatorDIndicator(k14));
    plain.put("stoch_50_k", new StochasticOscillatorKIndicator(series, 50));
    plain.put("adx_14", new ADXIndicator(series, 14));
    ofClose.put("atr_14_pct", new ATRIndicator(series, 14));
    macd = new MACDIndicator(close, 12, 26);
    macdSignal = new EMAIndicator(macd, 9);
    ofClose.put("macd_line_pct", macd);
    ofClose.put("macd_signal_pct", macdSignal);
    averages.put("sma_20_distance", new SMAIndicator(close, 20));
    averages.put("sma_50_distance", new SMAIndicator(close, 50));
    averages.put("sma_200_distance", new SMAIndicator(close, 200));
    averages.put("ema_14_distance", new EMAIndicator(close, 14));
    for (int days : new int[] {1, 5, 10, 20}) {
      momentum.put(
          days < 10 ? "momentum_" + days + "d" : "price_momentum_" + days + "d",
          new ROCIndicator(close, days));
    }
    sma20 = averages.get("sma_20_distance");
    deviation20 = new StandardDeviationIndicator(close, 20);
    highest = new HighestValueIndicator(new HighPriceIndicator(series), 252);
    VolumeIndicator volume = new VolumeIndicator(series);
    volume5 = new SMAIndicator(volume, 5);
    volume20 = new SMAIndicator(volume, 20);
    volatility = new StandardDeviationIndicator(new ROCIndicator(close, 1), 20);
  }

  void add(Price price) {
    series
        .barBuilder()
        .timePeriod(BAR)
        .endTime(Instant.ofEpochMilli(price.ts()).plus(BAR))
        .openPrice(price.open())
        .highPrice(price.high())
        .lowPrice(price.low())
        .closePrice(price.close())
        .volume(price.volume())
        .add();
  }

  /** All features at the newest bar; what is not yet known is NaN. */
  Map<String, Double> values() {
    int end = series.getEndIndex();
    Map<String, Double> values = new LinkedHashMap<>();
    double close = series.getLastBar().getClosePrice().doubleValue();
    double open = series.getLastBar().getOpenPrice().doubleValue();
    double high = series.getLastBar().getHighPrice().doubleValue();
    double low = series.getLastBar().getLowPrice().doubleValue();
    plain.forEach((name, indicator) -> values.put(name, at(indicator, end)));
    ofClose.forEach((name, indicator) -> values.put(name, at(indicator, end) / close));
    momentum.forEach((name, indicator) -> values.put(name, at(indicator, end) / 100));
    averages.forEach((name, indicator) -> values.put(name, close / at(indicator, end) - 1));
    values.put("macd_histogram_pct", (at(macd, end) - at(macdSignal, end)) / close);
    values.put("bollinger_20_width", 4 * at(deviation20, end) / at(sma20, end));
    values.put("volatility_20d", SAMPLE * at(volatility, end) / 100);
    values.put("week_high_distance", 1 - close / at(highest, end));
    values.put("intraday_volatility", (high - low) / open);
    if (series.getBarCount() > 1) {
      double before = series.getBar(end - 1).getClosePrice().doubleValue();
      values.put("gap_percent", open / before - 1);
      values.put("log_return_1d", Math.log(close / before));
    }
    double volume = series.getLastBar().getVolume().doubleValue();
    values.put("volume_ratio_5d", volume / at(volume5, end));
    values.put("relative_volume", volume / at(volume20, end));
    return values;
  }

  private static double at(Indicator<Num> indicator, int index) {
    return indicator.getValue(index).doubleValue();
  }
}
