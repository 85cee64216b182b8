package io.vfr.streams.reference;

import io.vfr.streams.features.window.Bar;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every bar-derived feature recomputed from the bars, in 34-digit decimal arithmetic, straight from
 * the definitions: two passes for every window, one plain loop for every recursive average.
 */
public final class ReferenceIndicators {
  private static final MathContext MC = MathContext.DECIMAL128;

  /** Holds every price to the last bit, so that the mean of equal prices is that price. */
  private static final MathContext WIDE = new MathContext(100);

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final BigDecimal TWO = BigDecimal.TWO;
  private static final int[] PERIODS = {14, 20, 50, 200};

  /** Spread of returns that counts as none: the rounding of the levels themselves. */
  private static final BigDecimal SIGMA_MIN = exact(Math.scalb(1.0, -46));

  private final List<Bar> bars;
  private final List<BigDecimal> closes;
  private final Map<Integer, List<@Nullable BigDecimal>> emas = new LinkedHashMap<>();
  private final Map<Integer, List<@Nullable BigDecimal>> strengths = new LinkedHashMap<>();
  private final List<@Nullable BigDecimal> macdLines = new ArrayList<>();
  private final List<@Nullable BigDecimal> macdSignals;
  private final List<@Nullable BigDecimal> trueRangeMeans;
  private final List<@Nullable BigDecimal> directionalIndices;

  /** Prepares the features of every bar of the series, oldest first. */
  public ReferenceIndicators(List<Bar> bars) {
    this.bars = List.copyOf(bars);
    closes = this.bars.stream().map(b -> exact(b.close())).toList();
    for (int p : new int[] {12, 14, 20, 26, 50, 200}) {
      emas.put(p, ema(closes, p));
    }
    for (int p : PERIODS) {
      strengths.put(p, strength(p));
    }
    for (int i = 0; i < bars.size(); i++) {
      BigDecimal fast = at(emas, 12, i);
      BigDecimal slow = at(emas, 26, i);
      macdLines.add(fast == null || slow == null ? null : fast.subtract(slow, MC));
    }
    macdSignals = ema(macdLines, 9);
    trueRangeMeans = trueRangeMeans();
    directionalIndices = directionalIndices();
  }

  /** The features as of one bar, by name; a missing feature has no entry. */
  public Map<String, Double> at(int i) {
    Values out = new Values(new LinkedHashMap<>());
    for (int p : PERIODS) {
      closeWindow(out, p, i);
      stochastic(out, p, i);
      out.put("rsi_" + p, at(strengths, p, i));
      BigDecimal ema = at(emas, p, i);
      out.put("ema_" + p, ema);
      out.put("ema_" + p + "_distance", change(closes.get(i), ema));
    }
    macd(out, i);
    returns(out, i);
    volume(out, i);
    ranges(out, i);
    benchmark(out, i);
    out.copy("bollinger_20_percent", "bollinger_position");
    out.copy("stoch_14_k", "stochastic_k");
    out.copy("gap_percent", "overnight_return");
    return out.map();
  }

  private void closeWindow(Values out, int p, int i) {
    if (i + 1 < p) {
      return;
    }
    List<BigDecimal> window = closes.subList(i + 1 - p, i + 1);
    BigDecimal mean = mean(window);
    BigDecimal sigma = sumOfProducts(window, window).divide(BigDecimal.valueOf(p), MC).sqrt(MC);
    BigDecimal upper = mean.add(TWO.multiply(sigma));
    BigDecimal lower = mean.subtract(TWO.multiply(sigma));
    BigDecimal close = closes.get(i);
    out.put("sma_" + p, mean);
    out.put("sma_" + p + "_distance", change(close, mean));
    out.put("bollinger_" + p + "_upper", upper);
    out.put("bollinger_" + p + "_lower", lower);
    BigDecimal width = upper.subtract(lower);
    out.put(
        "bollinger_" + p + "_percent",
        isZero(width) ? new BigDecimal("0.5") : close.subtract(lower).divide(width, MC));
    out.put("bollinger_" + p + "_width", ratio(width, mean));
  }

  private void stochastic(Values out, int p, int i) {
    if (i + 1 >= p) {
      out.put("stoch_" + p + "_k", stochasticK(p, i));
    }
    if (i + 1 >= p + 2) {
      out.put(
          "stoch_" + p + "_d",
          mean(List.of(stochasticK(p, i), stochasticK(p, i - 1), stochasticK(p, i - 2))));
    }
  }

  private BigDecimal stochasticK(int p, int i) {
    BigDecimal high = highest(p, i);
    BigDecimal range = high.subtract(lowest(p, i));
    return isZero(range)
        ? BigDecimal.valueOf(50)
        : HUNDRED.multiply(closes.get(i).subtract(lowest(p, i))).divide(range, MC);
  }

  private void macd(Values out, int i) {
    BigDecimal line = macdLines.get(i);
    BigDecimal signal = macdSignals.get(i);
    BigDecimal close = closes.get(i);
    out.put("macd_line", line);
    out.put("macd_line_pct", ratio(line, close));
    out.put("macd_signal", signal);
    out.put("macd_signal_pct", ratio(signal, close));
    if (line != null && signal != null) {
      out.put("macd_histogram", line.subtract(signal));
      out.put("macd_histogram_pct", ratio(line.subtract(signal), close));
    }
  }

  private void returns(Values out, int i) {
    BigDecimal close = closes.get(i);
    out.put("momentum_1d", change(close, lag(closes, i, 1)));
    out.put("momentum_5d", change(close, lag(closes, i, 5)));
    BigDecimal five = change(close, lag(closes, i, 5));
    BigDecimal ten = change(close, lag(closes, i, 10));
    out.put("price_momentum_5d", five);
    out.put("price_momentum_10d", ten);
    out.put("price_momentum_20d", change(close, lag(closes, i, 20)));
    if (five != null && ten != null) {
      out.put("price_acceleration", five.subtract(ten));
    }
    out.put("log_return_1d", logReturn(i));
    List<BigDecimal> logReturns = window(20, i, this::logReturn);
    if (!logReturns.isEmpty()) {
      out.put(
          "volatility_20d",
          sumOfProducts(logReturns, logReturns).divide(BigDecimal.valueOf(19), MC).sqrt(MC));
    }
  }

  private void volume(Values out, int i) {
    List<BigDecimal> five = window(5, i, j -> j < 0 ? null : exact(bars.get(j).volume()));
    List<BigDecimal> ten = window(10, i, j -> j < 0 ? null : exact(bars.get(j).volume()));
    List<BigDecimal> twenty = window(20, i, j -> j < 0 ? null : exact(bars.get(j).volume()));
    BigDecimal volume = exact(bars.get(i).volume());
    BigDecimal ratio = five.isEmpty() ? null : ratio(volume, mean(five));
    out.put("volume_ratio_5d", ratio);
    if (ratio != null) {
      out.put("volume_spike", ratio.compareTo(TWO) > 0 ? BigDecimal.ONE : BigDecimal.ZERO);
    }
    out.put("relative_volume", twenty.isEmpty() ? null : ratio(volume, mean(twenty)));
    if (!ten.isEmpty()) {
      out.put("volume_trend_10d", slope(ten));
      out.put("volume_acceleration", slope(ten).subtract(slope(five)));
    }
  }

  private void ranges(Values out, int i) {
    Bar bar = bars.get(i);
    BigDecimal close = closes.get(i);
    BigDecimal atr = trueRangeMeans.get(i);
    out.put("atr_14", atr);
    out.put("atr_14_pct", ratio(atr, close));
    out.put("adx_14", directionalIndices.get(i));
    if (i + 1 >= 14) {
      BigDecimal range = highest(14, i).subtract(lowest(14, i));
      out.put(
          "williams_r",
          isZero(range)
              ? BigDecimal.valueOf(-50)
              : HUNDRED.negate().multiply(highest(14, i).subtract(close)).divide(range, MC));
    }
    out.put("gap_percent", change(exact(bar.open()), lag(closes, i, 1)));
    out.put(
        "intraday_volatility",
        ratio(exact(bar.high()).subtract(exact(bar.low())), exact(bar.open())));
    if (i + 1 >= 252) {
      out.put("week_high_distance", ratio(highest(252, i).subtract(close), highest(252, i)));
    }
  }

  private void benchmark(Values out, int i) {
    out.put("benchmark_momentum_5d", change(level(i), level(i - 5)));
    correlationAndBeta(out, i, 20, "correlation_to_benchmark_20d", true);
    correlationAndBeta(out, i, 60, "beta_60d", false);
  }

  private void correlationAndBeta(Values out, int i, int n, String name, boolean correlation) {
    List<BigDecimal> x = window(n, i, j -> change(positiveClose(j), positiveClose(j - 1)));
    List<BigDecimal> y = window(n, i, j -> change(level(j), level(j - 1)));
    if (x.isEmpty() || y.isEmpty()) {
      return;
    }
    BigDecimal least = SIGMA_MIN.multiply(SIGMA_MIN).multiply(BigDecimal.valueOf(n - 1L));
    BigDecimal xx = sumOfProducts(x, x);
    BigDecimal yy = sumOfProducts(y, y);
    BigDecimal xy = sumOfProducts(x, y);
    if (yy.compareTo(least) <= 0 || (correlation && xx.compareTo(least) <= 0)) {
      return;
    }
    out.put(name, correlation ? xy.divide(xx.multiply(yy).sqrt(MC), MC) : xy.divide(yy, MC));
  }

  // Series -------------------------------------------------------------------------------------

  /** EMA of a series that may begin with missing values, seeded by the mean of its first p. */
  private static List<@Nullable BigDecimal> ema(
      List<? extends @Nullable BigDecimal> series, int p) {
    BigDecimal alpha = TWO.divide(BigDecimal.valueOf(p + 1L), MC);
    List<@Nullable BigDecimal> result = new ArrayList<>();
    List<BigDecimal> seed = new ArrayList<>();
    BigDecimal value = null;
    for (BigDecimal x : series) {
      if (x != null && value != null) {
        value = value.add(alpha.multiply(x.subtract(value, MC), MC), MC);
      } else if (x != null) {
        seed.add(x);
        value = seed.size() == p ? mean(seed) : null;
      }
      result.add(value);
    }
    return result;
  }

  /** Wilder's mean of the values from index {@code first} on, seeded by the mean of the first p. */
  private List<@Nullable BigDecimal> wilder(
      int p, int first, Function<Integer, BigDecimal> valueAt) {
    List<@Nullable BigDecimal> result = new ArrayList<>();
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal value = null;
    for (int i = 0; i < bars.size(); i++) {
      if (i >= first && i < first + p) {
        sum = sum.add(valueAt.apply(i), MC);
        value = i == first + p - 1 ? sum.divide(BigDecimal.valueOf(p), MC) : null;
      } else if (value != null) {
        value =
            value
                .multiply(BigDecimal.valueOf(p - 1L))
                .add(valueAt.apply(i), MC)
                .divide(BigDecimal.valueOf(p), MC);
      }
      result.add(value);
    }
    return result;
  }

  private List<@Nullable BigDecimal> strength(int p) {
    List<@Nullable BigDecimal> gains = wilder(p, 1, i -> change(i).max(BigDecimal.ZERO));
    List<@Nullable BigDecimal> losses = wilder(p, 1, i -> change(i).negate().max(BigDecimal.ZERO));
    List<@Nullable BigDecimal> result = new ArrayList<>();
    for (int i = 0; i < bars.size(); i++) {
      BigDecimal gain = gains.get(i);
      BigDecimal loss = losses.get(i);
      if (gain == null || loss == null) {
        result.add(null);
      } else if (isZero(loss)) {
        result.add(isZero(gain) ? BigDecimal.valueOf(50) : HUNDRED);
      } else {
        BigDecimal relative = gain.divide(loss, MC);
        result.add(HUNDRED.subtract(HUNDRED.divide(BigDecimal.ONE.add(relative), MC)));
      }
    }
    return result;
  }

  private BigDecimal change(int i) {
    return closes.get(i).subtract(closes.get(i - 1));
  }

  private List<@Nullable BigDecimal> trueRangeMeans() {
    return wilder(
        14,
        1,
        i -> {
          BigDecimal high = exact(bars.get(i).high());
          BigDecimal low = exact(bars.get(i).low());
          BigDecimal previous = closes.get(i - 1);
          return high.subtract(low)
              .max(high.subtract(previous).abs())
              .max(low.subtract(previous).abs());
        });
  }

  private List<@Nullable BigDecimal> directionalIndices() {
    List<BigDecimal> dx = new ArrayList<>();
    BigDecimal plus = BigDecimal.ZERO;
    BigDecimal minus = BigDecimal.ZERO;
    for (int i = 0; i < bars.size(); i++) {
      if (i >= 14) {
        plus = plus.subtract(plus.divide(BigDecimal.valueOf(14), MC), MC);
        minus = minus.subtract(minus.divide(BigDecimal.valueOf(14), MC), MC);
      }
      if (i >= 1) {
        BigDecimal up = exact(bars.get(i).high()).subtract(exact(bars.get(i - 1).high()));
        BigDecimal down = exact(bars.get(i - 1).low()).subtract(exact(bars.get(i).low()));
        plus = up.signum() > 0 && up.compareTo(down) > 0 ? plus.add(up, MC) : plus;
        minus = down.signum() > 0 && down.compareTo(up) > 0 ? minus.add(down, MC) : minus;
      }
      BigDecimal total = plus.add(minus, MC);
      dx.add(
          isZero(total)
              ? BigDecimal.ZERO
              : HUNDRED.multiply(plus.subtract(minus, MC).abs()).divide(total, MC));
    }
    return wilder(14, 14, dx::get);
  }

  // Windows ------------------------------------------------------------------------------------

  /** The n values up to bar i, oldest first; empty if one of them is missing. */
  private static List<BigDecimal> window(
      int n, int i, Function<Integer, @Nullable BigDecimal> valueAt) {
    List<BigDecimal> values = new ArrayList<>();
    for (int j = i - n + 1; j <= i; j++) {
      BigDecimal value = valueAt.apply(j);
      if (value == null) {
        return List.of();
      }
      values.add(value);
    }
    return values;
  }

  private BigDecimal highest(int p, int i) {
    return exact(extreme(p, i, Bar::high).max().orElseThrow());
  }

  private BigDecimal lowest(int p, int i) {
    return exact(extreme(p, i, Bar::low).min().orElseThrow());
  }

  private DoubleStream extreme(int p, int i, ToDoubleFunction<Bar> price) {
    return IntStream.rangeClosed(i - p + 1, i).mapToDouble(j -> price.applyAsDouble(bars.get(j)));
  }

  private @Nullable BigDecimal closeOrNull(int i) {
    return i < 0 ? null : closes.get(i);
  }

  private @Nullable BigDecimal positiveClose(int i) {
    return i < 0 || isZero(closes.get(i)) ? null : closes.get(i);
  }

  /** The benchmark at bar i; null before the first bar, where unknown, and where not a level. */
  private @Nullable BigDecimal level(int i) {
    return i < 0 || !(bars.get(i).benchmark() > 0) ? null : exact(bars.get(i).benchmark());
  }

  private @Nullable BigDecimal logReturn(int i) {
    BigDecimal change = change(closeOrNull(i), closeOrNull(i - 1));
    // The logarithm is taken of an exact return, rounded once to double.
    if (change == null || change.compareTo(BigDecimal.ONE.negate()) <= 0) {
      return null;
    }
    boolean near = change.abs().compareTo(new BigDecimal("0.1")) < 0;
    return exact(
        near
            ? StrictMath.log1p(change.doubleValue())
            : StrictMath.log(BigDecimal.ONE.add(change).doubleValue()));
  }

  private static BigDecimal slope(List<BigDecimal> values) {
    List<BigDecimal> x = IntStream.range(0, values.size()).mapToObj(BigDecimal::valueOf).toList();
    return sumOfProducts(x, values).divide(sumOfProducts(x, x), MC);
  }

  /** Sum of (x − mean x)(y − mean y). */
  private static BigDecimal sumOfProducts(List<BigDecimal> x, List<BigDecimal> y) {
    BigDecimal meanX = mean(x);
    BigDecimal meanY = mean(y);
    BigDecimal sum = BigDecimal.ZERO;
    for (int j = 0; j < x.size(); j++) {
      BigDecimal dx = x.get(j).subtract(meanX, MC);
      BigDecimal dy = y.get(j).subtract(meanY, MC);
      sum = sum.add(dx.multiply(dy), MC);
    }
    return sum;
  }

  private static BigDecimal mean(List<BigDecimal> values) {
    BigDecimal sum = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.divide(BigDecimal.valueOf(values.size()), WIDE);
  }

  private static @Nullable BigDecimal change(
      @Nullable BigDecimal value, @Nullable BigDecimal base) {
    return value == null || base == null || isZero(base)
        ? null
        : value.subtract(base).divide(base, MC);
  }

  private static @Nullable BigDecimal ratio(@Nullable BigDecimal value, BigDecimal base) {
    return value == null || isZero(base) ? null : value.divide(base, MC);
  }

  private static @Nullable BigDecimal lag(List<BigDecimal> values, int i, int n) {
    return i < n ? null : values.get(i - n);
  }

  private static @Nullable BigDecimal at(
      Map<Integer, List<@Nullable BigDecimal>> series, int p, int i) {
    List<@Nullable BigDecimal> values = series.get(p);
    return values == null ? null : values.get(i);
  }

  private static boolean isZero(BigDecimal value) {
    return value.signum() == 0;
  }

  private static BigDecimal exact(double value) {
    return new BigDecimal(value);
  }

  /** The result under construction. */
  private record Values(Map<String, Double> map) {
    void put(String name, @Nullable BigDecimal value) {
      if (value != null) {
        map.put(name, value.doubleValue());
      }
    }

    void copy(String from, String to) {
      Double value = map.get(from);
      if (value != null) {
        map.put(to, value);
      }
    }
  }
}
