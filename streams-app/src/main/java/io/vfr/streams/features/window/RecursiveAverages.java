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

  private static final int EMA = Layout.AVERAGES;
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

  /** Numbers that they take in a symbol's memory. */
  static final int VALUES = K_BEFORE + PERIODS.length - EMA;

  /** What {@link #write} takes. */
  static final int BYTES = VALUES * Double.BYTES;

  /**
   * Sums of gains and losses (or of directional movements) below this no longer decay while nothing
   * moves: only their ratio matters, which is then constant, and underflow would destroy it. Any
   * price change that a market can make outweighs them as completely as if they had decayed
   * further.
   */
  private static final double DECAY_END = 1e-250;

  private RecursiveAverages() {}

  private static double[] alphas() {
    double[] alphas = new double[EMA_PERIODS.length];
    for (int i = 0; i < alphas.length; i++) {
      alphas[i] = 2.0 / (EMA_PERIODS[i] + 1);
    }
    return alphas;
  }

  static void write(double[] memory, ByteBuffer out) {
    for (int i = 0; i < VALUES; i++) {
      out.putDouble(memory[Layout.AVERAGES + i]);
    }
  }

  static void read(double[] memory, ByteBuffer in) {
    for (int i = 0; i < VALUES; i++) {
      memory[Layout.AVERAGES + i] = in.getDouble();
    }
  }

  /**
   * Moves every value on by the bar.
   *
   * @param bars count of bars including this one
   * @param flat whether all closes so far are equal
   */
  static void append(double[] memory, Bar bar, long bars, boolean flat) {
    double close = bar.close();
    for (int i = 0; i < EMA_PERIODS.length; i++) {
      memory[EMA + i] = nextEma(memory, i, close, bars, flat);
    }
    if (bars >= SLOW) {
      double line = memory[EMA_FAST] - memory[EMA_SLOW];
      memory[MACD_SIGNAL] = nextSignal(memory, line, bars - SLOW + 1);
    }
    if (bars == 1) {
      return;
    }
    double change = close - memory[Layout.PREVIOUS_CLOSE];
    for (int i = 0; i < PERIODS.length; i++) {
      double gain = nextGain(memory, i, change, bars);
      memory[LOSS + i] = nextLoss(memory, i, change, bars);
      memory[GAIN + i] = gain;
    }
    memory[ATR] = nextAtr(memory, trueRange(memory, bar), bars);
    double plus = plusMovement(memory, bar);
    double minus = minusMovement(memory, bar);
    boolean still = still(memory[PLUS] + memory[MINUS], plus + minus);
    memory[PLUS] = still ? memory[PLUS] : nextMovement(memory, PLUS, plus, bars);
    memory[MINUS] = still ? memory[MINUS] : nextMovement(memory, MINUS, minus, bars);
    memory[ADX] = nextAdx(memory, directionalIndex(memory[PLUS], memory[MINUS]), bars);
  }

  /** Records the stochastic k of the bar being appended. */
  static void appendStochastic(double[] memory, int period, double k) {
    memory[K_BEFORE + period] = memory[K_NEWEST + period];
    memory[K_NEWEST + period] = k;
  }

  /** Mean of this bar's stochastic k and the two before. */
  static double stochasticD(double[] memory, int period, double k) {
    return (memory[K_BEFORE + period] + memory[K_NEWEST + period] + k) / 3;
  }

  /** Writes every feature as of the bar, changing nothing. Parameters as for {@link #append}. */
  static void compute(double[] memory, Bar bar, long bars, boolean flat, double[] out) {
    double close = bar.close();
    for (int i = 0; i < PERIODS.length; i++) {
      if (bars >= PERIODS[i]) {
        double ema = nextEma(memory, i, close, bars, flat);
        out[PERIODIC[i] + FeatureIndex.EMA] = ema;
        out[PERIODIC[i] + FeatureIndex.EMA_DISTANCE] = (close - ema) / ema;
      }
    }
    computeMacd(memory, close, bars, flat, out);
    if (bars == 1) {
      return;
    }
    double change = close - memory[Layout.PREVIOUS_CLOSE];
    for (int i = 0; i < PERIODS.length; i++) {
      if (bars > PERIODS[i]) {
        out[PERIODIC[i] + FeatureIndex.RSI] =
            strength(nextGain(memory, i, change, bars), nextLoss(memory, i, change, bars));
      }
    }
    if (bars > WILDER) {
      double atr = nextAtr(memory, trueRange(memory, bar), bars);
      out[FeatureIndex.ATR_14] = atr;
      out[FeatureIndex.ATR_14_PCT] = atr / close;
    }
    if (bars >= 2 * WILDER) {
      out[FeatureIndex.ADX_14] = adx(memory, bar, bars);
    }
  }

  private static void computeMacd(
      double[] memory, double close, long bars, boolean flat, double[] out) {
    if (bars < SLOW) {
      return;
    }
    double line = macdLine(memory, close, bars, flat);
    out[FeatureIndex.MACD_LINE] = line;
    out[FeatureIndex.MACD_LINE_PCT] = line / close;
    if (bars >= SLOW + SIGNAL - 1) {
      double signal = nextSignal(memory, line, bars - SLOW + 1);
      out[FeatureIndex.MACD_SIGNAL] = signal;
      out[FeatureIndex.MACD_SIGNAL_PCT] = signal / close;
      out[FeatureIndex.MACD_HISTOGRAM] = line - signal;
      out[FeatureIndex.MACD_HISTOGRAM_PCT] = (line - signal) / close;
    }
  }

  private static double adx(double[] memory, Bar bar, long bars) {
    double plus = plusMovement(memory, bar);
    double minus = minusMovement(memory, bar);
    boolean still = still(memory[PLUS] + memory[MINUS], plus + minus);
    return nextAdx(
        memory,
        directionalIndex(
            still ? memory[PLUS] : nextMovement(memory, PLUS, plus, bars),
            still ? memory[MINUS] : nextMovement(memory, MINUS, minus, bars)),
        bars);
  }

  private static double macdLine(double[] memory, double close, long bars, boolean flat) {
    return nextEma(memory, EMA_FAST, close, bars, flat)
        - nextEma(memory, EMA_SLOW, close, bars, flat);
  }

  private static double nextEma(double[] memory, int ema, double close, long bars, boolean flat) {
    double value = memory[ema];
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

  private static double nextSignal(double[] memory, double line, long lines) {
    double value = memory[MACD_SIGNAL];
    if (lines > SIGNAL) {
      return Math.fma(SIGNAL_ALPHA, line - value, value);
    }
    return lines < SIGNAL ? value + line : (value + line) / SIGNAL;
  }

  private static double nextGain(double[] memory, int period, double change, long bars) {
    return nextChangeSum(memory, GAIN, period, Math.max(change, 0), change, bars);
  }

  private static double nextLoss(double[] memory, int period, double change, long bars) {
    return nextChangeSum(memory, LOSS, period, Math.max(-change, 0), change, bars);
  }

  /** Wilder's average times p: S − S/p + x. The ratio of two such sums is that of the averages. */
  private static double nextChangeSum(
      double[] memory, int kind, int period, double amount, double change, long bars) {
    double sum = memory[kind + period];
    if (bars - 1 <= PERIODS[period]) {
      return sum + amount;
    }
    if (still(memory[GAIN + period] + memory[LOSS + period], change)) {
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

  private static double trueRange(double[] memory, Bar bar) {
    return Math.max(bar.high(), memory[Layout.PREVIOUS_CLOSE])
        - Math.min(bar.low(), memory[Layout.PREVIOUS_CLOSE]);
  }

  private static double nextAtr(double[] memory, double trueRange, long bars) {
    double value = memory[ATR];
    long ranges = bars - 1;
    if (ranges > WILDER) {
      return value + (trueRange - value) / WILDER;
    }
    return ranges < WILDER ? value + trueRange : (value + trueRange) / WILDER;
  }

  private static double plusMovement(double[] memory, Bar bar) {
    double up = bar.high() - memory[Layout.PREVIOUS_HIGH];
    return up > 0 && up > memory[Layout.PREVIOUS_LOW] - bar.low() ? up : 0;
  }

  private static double minusMovement(double[] memory, Bar bar) {
    double down = memory[Layout.PREVIOUS_LOW] - bar.low();
    return down > 0 && down > bar.high() - memory[Layout.PREVIOUS_HIGH] ? down : 0;
  }

  /** Summed over bars 2..14, then Wilder's S − S/14 + x. */
  private static double nextMovement(double[] memory, int kind, double movement, long bars) {
    double sum = memory[kind];
    return bars <= WILDER ? sum + movement : sum - sum / WILDER + movement;
  }

  /** DX: the true ranges of +DI and −DI cancel, the movements alone remain. */
  private static double directionalIndex(double plus, double minus) {
    double total = plus + minus;
    return total > 0 ? 100 * Math.abs(plus - minus) / total : 0;
  }

  private static double nextAdx(double[] memory, double directionalIndex, long bars) {
    double value = memory[ADX];
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
