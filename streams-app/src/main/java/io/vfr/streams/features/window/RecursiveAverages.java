package io.vfr.streams.features.window;

import static io.vfr.streams.features.window.FeatureIndex.PERIODIC;
import static io.vfr.streams.features.window.FeatureIndex.PERIODS;

import java.nio.ByteBuffer;

/**
 * The values that remember every bar: EMAs, MACD signal, Wilder's averages, and the last two
 * stochastic k. They are what a checkpoint holds. While an average is being seeded its slot holds
 * the sum so far.
 *
 * <p>Each value has a function {@code next…} that gives it one bar later; appending stores that,
 * computing only reads it. "bars" counts the bar at hand.
 *
 * <p>Wilder: J. Welles Wilder, New Concepts in Technical Trading Systems, 1978.
 */
final class RecursiveAverages {
  private static final int WILDER = 14;
  private static final int FAST = 12;
  private static final int SLOW = 26;
  private static final int SIGNAL = 9;

  /** EMA periods in slot order: those of the periodic features, then MACD's two. */
  private static final int[] EMA_PERIODS = {14, 20, 50, 200, FAST, SLOW};

  private static final double[] EMA_ALPHAS = alphas();
  private static final double SIGNAL_ALPHA = 2.0 / (SIGNAL + 1);

  private static final int EMA = 0;
  private static final int EMA_FAST = EMA + 4;
  private static final int EMA_SLOW = EMA + 5;
  private static final int MACD_SIGNAL = EMA + EMA_PERIODS.length;
  private static final int GAIN = MACD_SIGNAL + 1;
  private static final int LOSS = GAIN + PERIODS.length;
  private static final int ATR = LOSS + PERIODS.length;
  private static final int PLUS = ATR + 1;
  private static final int MINUS = PLUS + 1;
  private static final int ADX = MINUS + 1;
  private static final int K_NEWEST = ADX + 1;
  private static final int K_BEFORE = K_NEWEST + PERIODS.length;
  private static final int VALUES = K_BEFORE + PERIODS.length;

  /** What {@link #write} takes. */
  static final int BYTES = VALUES * Double.BYTES;

  /**
   * Sums of gains and losses (or of directional movements) below this no longer decay while nothing
   * moves: only their ratio matters, which is then constant, and underflow would destroy it. Any
   * price change that a market can make outweighs them as completely as if they had decayed
   * further.
   */
  private static final double DECAY_END = 1e-250;

  private final double[] values = new double[VALUES];

  private static double[] alphas() {
    double[] alphas = new double[EMA_PERIODS.length];
    for (int i = 0; i < alphas.length; i++) {
      alphas[i] = 2.0 / (EMA_PERIODS[i] + 1);
    }
    return alphas;
  }

  void write(ByteBuffer out) {
    for (double value : values) {
      out.putDouble(value);
    }
  }

  void read(ByteBuffer in) {
    for (int i = 0; i < values.length; i++) {
      values[i] = in.getDouble();
    }
  }

  /**
   * Moves every value on by the bar.
   *
   * @param previous the bar before; ignored for the first bar
   * @param bars count of bars including this one
   * @param flat whether all closes so far are equal
   */
  void append(Bar bar, Previous previous, long bars, boolean flat) {
    double close = bar.close();
    double line = macdLine(close, bars, flat);
    for (int i = 0; i < EMA_PERIODS.length; i++) {
      values[EMA + i] = nextEma(i, close, bars, flat);
    }
    if (bars >= SLOW) {
      values[MACD_SIGNAL] = nextSignal(line, bars - SLOW + 1);
    }
    if (bars == 1) {
      return;
    }
    double change = close - previous.close();
    for (int i = 0; i < PERIODS.length; i++) {
      double gain = nextGain(i, change, bars);
      values[LOSS + i] = nextLoss(i, change, bars);
      values[GAIN + i] = gain;
    }
    values[ATR] = nextAtr(trueRange(bar, previous), bars);
    double plus = plusMovement(bar, previous);
    double minus = minusMovement(bar, previous);
    boolean still = still(values[PLUS] + values[MINUS], plus + minus);
    values[PLUS] = still ? values[PLUS] : nextMovement(PLUS, plus, bars);
    values[MINUS] = still ? values[MINUS] : nextMovement(MINUS, minus, bars);
    values[ADX] = nextAdx(directionalIndex(values[PLUS], values[MINUS]), bars);
  }

  /** Records the stochastic k of the bar being appended. */
  void appendStochastic(int period, double k) {
    values[K_BEFORE + period] = values[K_NEWEST + period];
    values[K_NEWEST + period] = k;
  }

  /** Mean of this bar's stochastic k and the two before. */
  double stochasticD(int period, double k) {
    return (values[K_BEFORE + period] + values[K_NEWEST + period] + k) / 3;
  }

  /** Writes every feature as of the bar, changing nothing. Parameters as for {@link #append}. */
  void compute(Bar bar, Previous previous, long bars, boolean flat, double[] out) {
    double close = bar.close();
    for (int i = 0; i < PERIODS.length; i++) {
      if (bars >= PERIODS[i]) {
        double ema = nextEma(i, close, bars, flat);
        out[PERIODIC[i] + FeatureIndex.EMA] = ema;
        out[PERIODIC[i] + FeatureIndex.EMA_DISTANCE] = (close - ema) / ema;
      }
    }
    computeMacd(close, bars, flat, out);
    if (bars == 1) {
      return;
    }
    double change = close - previous.close();
    for (int i = 0; i < PERIODS.length; i++) {
      if (bars > PERIODS[i]) {
        out[PERIODIC[i] + FeatureIndex.RSI] =
            strength(nextGain(i, change, bars), nextLoss(i, change, bars));
      }
    }
    if (bars > WILDER) {
      double atr = nextAtr(trueRange(bar, previous), bars);
      out[FeatureIndex.ATR_14] = atr;
      out[FeatureIndex.ATR_14_PCT] = atr / close;
    }
    if (bars >= 2 * WILDER) {
      out[FeatureIndex.ADX_14] = adx(bar, previous, bars);
    }
  }

  private void computeMacd(double close, long bars, boolean flat, double[] out) {
    if (bars < SLOW) {
      return;
    }
    double line = macdLine(close, bars, flat);
    out[FeatureIndex.MACD_LINE] = line;
    out[FeatureIndex.MACD_LINE_PCT] = line / close;
    if (bars >= SLOW + SIGNAL - 1) {
      double signal = nextSignal(line, bars - SLOW + 1);
      out[FeatureIndex.MACD_SIGNAL] = signal;
      out[FeatureIndex.MACD_SIGNAL_PCT] = signal / close;
      out[FeatureIndex.MACD_HISTOGRAM] = line - signal;
      out[FeatureIndex.MACD_HISTOGRAM_PCT] = (line - signal) / close;
    }
  }

  private double adx(Bar bar, Previous previous, long bars) {
    double plus = plusMovement(bar, previous);
    double minus = minusMovement(bar, previous);
    boolean still = still(values[PLUS] + values[MINUS], plus + minus);
    return nextAdx(
        directionalIndex(
            still ? values[PLUS] : nextMovement(PLUS, plus, bars),
            still ? values[MINUS] : nextMovement(MINUS, minus, bars)),
        bars);
  }

  private double macdLine(double close, long bars, boolean flat) {
    return nextEma(EMA_FAST, close, bars, flat) - nextEma(EMA_SLOW, close, bars, flat);
  }

  private double nextEma(int ema, double close, long bars, boolean flat) {
    double value = values[ema];
    int period = EMA_PERIODS[ema];
    if (bars > period) {
      return Math.fma(EMA_ALPHAS[ema], close - value, value);
    }
    if (bars < period) {
      return value + close;
    }
    // The mean of equal closes is that close, not a rounding away from it.
    return flat ? close : (value + close) / period;
  }

  private double nextSignal(double line, long lines) {
    double value = values[MACD_SIGNAL];
    if (lines > SIGNAL) {
      return Math.fma(SIGNAL_ALPHA, line - value, value);
    }
    return lines < SIGNAL ? value + line : (value + line) / SIGNAL;
  }

  private double nextGain(int period, double change, long bars) {
    return nextChangeSum(GAIN, period, Math.max(change, 0), change, bars);
  }

  private double nextLoss(int period, double change, long bars) {
    return nextChangeSum(LOSS, period, Math.max(-change, 0), change, bars);
  }

  /** Wilder's average times p: S − S/p + x. The ratio of two such sums is that of the averages. */
  private double nextChangeSum(int kind, int period, double amount, double change, long bars) {
    double sum = values[kind + period];
    if (bars - 1 <= PERIODS[period]) {
      return sum + amount;
    }
    if (still(values[GAIN + period] + values[LOSS + period], change)) {
      return sum;
    }
    return sum - sum / PERIODS[period] + amount;
  }

  private static boolean still(double total, double movement) {
    return movement == 0 && total < DECAY_END;
  }

  private static double strength(double gain, double loss) {
    if (loss == 0) {
      return gain == 0 ? 50 : 100;
    }
    return 100 * gain / (gain + loss);
  }

  private static double trueRange(Bar bar, Previous previous) {
    return Math.max(bar.high(), previous.close()) - Math.min(bar.low(), previous.close());
  }

  private double nextAtr(double trueRange, long bars) {
    double value = values[ATR];
    long ranges = bars - 1;
    if (ranges > WILDER) {
      return value + (trueRange - value) / WILDER;
    }
    return ranges < WILDER ? value + trueRange : (value + trueRange) / WILDER;
  }

  private static double plusMovement(Bar bar, Previous previous) {
    double up = bar.high() - previous.high();
    return up > 0 && up > previous.low() - bar.low() ? up : 0;
  }

  private static double minusMovement(Bar bar, Previous previous) {
    double down = previous.low() - bar.low();
    return down > 0 && down > bar.high() - previous.high() ? down : 0;
  }

  /** Summed over bars 2..14, then Wilder's S − S/14 + x. */
  private double nextMovement(int kind, double movement, long bars) {
    double sum = values[kind];
    return bars <= WILDER ? sum + movement : sum - sum / WILDER + movement;
  }

  /** DX: the true ranges of +DI and −DI cancel, the movements alone remain. */
  private static double directionalIndex(double plus, double minus) {
    double total = plus + minus;
    return total > 0 ? 100 * Math.abs(plus - minus) / total : 0;
  }

  private double nextAdx(double directionalIndex, long bars) {
    double value = values[ADX];
    long indices = bars - WILDER;
    if (indices > WILDER) {
      return value + (directionalIndex - value) / WILDER;
    }
    if (indices < 1) {
      return 0;
    }
    return indices < WILDER ? value + directionalIndex : (value + directionalIndex) / WILDER;
  }
}
