package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.tictactec.ta.lib.Core;
import com.tictactec.ta.lib.MAType;
import com.tictactec.ta.lib.MInteger;
import com.tictactec.ta.lib.RetCode;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The features against TA-Lib, which computes in plain doubles: 1e-9 relative, or of the size of
 * the quantities that a feature is a difference of.
 */
final class TaLibOracleTest {
  private static final int BARS = 1_200;
  private static final double TOLERANCE = 1e-9;
  private static final List<Bar> SERIES = RandomBars.series(51, Shape.STOCK, BARS);
  private static final double[] CLOSE = column(Bar::close);
  private static final double[] HIGH = column(Bar::high);
  private static final double[] LOW = column(Bar::low);
  private static final double[] VOLUME = column(Bar::volume);
  private static final double[] LEVEL = column(Bar::benchmark);
  private static final double[][] VECTORS = vectors();

  private final Core taLib = new Core();
  private final MInteger begin = new MInteger();
  private final MInteger length = new MInteger();
  private final double[] result = new double[BARS];
  private final double[] second = new double[BARS];
  private final double[] third = new double[BARS];

  private static double[] column(ToDoubleFunction<Bar> field) {
    return SERIES.stream().mapToDouble(field).toArray();
  }

  private static double[][] vectors() {
    IndicatorState state = new IndicatorState();
    double[][] vectors = new double[BARS][FeatureIndex.COUNT];
    for (int i = 0; i < BARS; i++) {
      state.compute(SERIES.get(i), vectors[i]);
      state.append(SERIES.get(i));
    }
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 20, 50, 200})
  void sma_everyBar_agrees(int p) {
    check(taLib.sma(0, BARS - 1, CLOSE, p, begin, length, result));
    assertAgrees("sma_" + p, result, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 20, 50, 200})
  void ema_everyBar_agrees(int p) {
    check(taLib.ema(0, BARS - 1, CLOSE, p, begin, length, result));
    assertAgrees("ema_" + p, result, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 20, 50, 200})
  void rsi_everyBar_agrees(int p) {
    check(taLib.rsi(0, BARS - 1, CLOSE, p, begin, length, result));
    assertAgrees("rsi_" + p, result, 0, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 20, 50, 200})
  void bollinger_everyBar_agrees(int p) {
    check(
        taLib.bbands(
            0, BARS - 1, CLOSE, p, 2, 2, MAType.Sma, begin, length, result, second, third));
    assertAgrees("bollinger_" + p + "_upper", result, 0, 100);
    assertAgrees("bollinger_" + p + "_lower", third, 0, 100);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 20, 50, 200})
  void stochastic_everyBar_agrees(int p) {
    check(
        taLib.stochF(
            0, BARS - 1, HIGH, LOW, CLOSE, p, 3, MAType.Sma, begin, length, result, second));
    assertAgrees("stoch_" + p + "_d", second, 0, 100);
    // TA-Lib returns k from where d begins.
    assertAgrees("stoch_" + p + "_k", result, 2, 100);
  }

  @Test
  void macd_onceItsSeedIsForgotten_agrees() {
    check(taLib.macd(0, BARS - 1, CLOSE, 12, 26, 9, begin, length, result, second, third));
    // TA-Lib seeds the fast EMA at bar 25 instead of bar 11: (11/13)^n of the difference remains.
    int forgotten = 200;
    assertConverged("macd_line", result, forgotten, 100);
    assertConverged("macd_signal", second, forgotten, 100);
    assertConverged("macd_histogram", third, forgotten, 100);
  }

  @Test
  void atr_everyBar_agrees() {
    check(taLib.atr(0, BARS - 1, HIGH, LOW, CLOSE, 14, begin, length, result));
    assertAgrees("atr_14", result, 0, 1);
  }

  @Test
  void adx_everyBar_agrees() {
    check(taLib.adx(0, BARS - 1, HIGH, LOW, CLOSE, 14, begin, length, result));
    assertThat(begin.value).isEqualTo(27);
    assertAgrees("adx_14", result, 0, 100);
  }

  @Test
  void williams_everyBar_agrees() {
    check(taLib.willR(0, BARS - 1, HIGH, LOW, CLOSE, 14, begin, length, result));
    assertAgrees("williams_r", result, 0, 100);
  }

  @Test
  void volatility_everyBar_agrees() {
    double[] logReturns = new double[BARS - 1];
    Arrays.setAll(logReturns, i -> Math.log(CLOSE[i + 1] / CLOSE[i]));
    check(taLib.stdDev(0, BARS - 2, logReturns, 20, 1, begin, length, result));
    double sample = Math.sqrt(20.0 / 19);
    begin.value++;
    assertAgrees("volatility_20d", Arrays.stream(result).map(s -> s * sample).toArray(), 0, 1e-2);
  }

  @Test
  void volumeTrend_everyBar_agrees() {
    check(taLib.linearRegSlope(0, BARS - 1, VOLUME, 10, begin, length, result));
    assertAgrees("volume_trend_10d", result, 0, 1e6);
    double[] ten = Arrays.copyOf(result, BARS);
    check(taLib.linearRegSlope(0, BARS - 1, VOLUME, 5, begin, length, second));
    double[] acceleration =
        IntStream.range(0, BARS - 9).mapToDouble(i -> ten[i] - second[i + 5]).toArray();
    begin.value = 9;
    length.value = acceleration.length;
    assertAgrees("volume_acceleration", acceleration, 0, 1e6);
  }

  @Test
  void correlation_everyBar_agrees() {
    double[] x = simpleReturns(CLOSE);
    double[] y = simpleReturns(LEVEL);
    check(taLib.correl(0, BARS - 2, x, y, 20, begin, length, result));
    begin.value++;
    assertAgrees("correlation_to_benchmark_20d", result, 0, 1);
  }

  @Test
  void beta_everyBar_agrees() {
    check(taLib.beta(0, BARS - 1, LEVEL, CLOSE, 60, begin, length, result));
    assertAgrees("beta_60d", result, 0, 1);
  }

  @Test
  void momentum_everyBar_agrees() {
    check(taLib.rocP(0, BARS - 1, CLOSE, 5, begin, length, result));
    assertAgrees("momentum_5d", result, 0, 1e-2);
    check(taLib.rocP(0, BARS - 1, CLOSE, 20, begin, length, result));
    assertAgrees("price_momentum_20d", result, 0, 1e-2);
  }

  @Test
  void weekHigh_everyBar_agrees() {
    check(taLib.max(0, BARS - 1, HIGH, 252, begin, length, result));
    double[] distance =
        IntStream.range(0, length.value)
            .mapToDouble(i -> (result[i] - CLOSE[i + 251]) / result[i])
            .toArray();
    assertAgrees("week_high_distance", distance, 0, 1e-2);
  }

  private static double[] simpleReturns(double[] levels) {
    double[] returns = new double[levels.length - 1];
    Arrays.setAll(returns, i -> levels[i + 1] / levels[i] - 1);
    return returns;
  }

  private void check(RetCode code) {
    assertThat(code).isEqualTo(RetCode.Success);
    assertThat(length.value).isGreaterThan(BARS / 2);
  }

  /** Every value agrees, and the feature begins {@code earlier} bars before TA-Lib's output. */
  private void assertAgrees(String name, double[] expected, int earlier, double scale) {
    int index = FeatureSchema.current().indexOf(name);
    int first = begin.value - earlier;
    assertThat(VECTORS[first - 1][index]).as(name + " before its first value").isNaN();
    assertThat(VECTORS[first][index]).as(name + " at its first value").isNotNaN();
    assertConverged(name, expected, 0, scale);
  }

  private void assertConverged(String name, double[] expected, int after, double scale) {
    int index = FeatureSchema.current().indexOf(name);
    for (int i = after; i < length.value; i++) {
      double tolerance = TOLERANCE * Math.max(Math.abs(expected[i]), scale);
      assertThat(VECTORS[begin.value + i][index])
          .as("%s at bar %d, seed 51", name, begin.value + i)
          .isBetween(expected[i] - tolerance, expected[i] + tolerance);
    }
  }
}
