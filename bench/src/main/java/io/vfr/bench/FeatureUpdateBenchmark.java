package io.vfr.bench;

import com.tictactec.ta.lib.Core;
import com.tictactec.ta.lib.MAType;
import com.tictactec.ta.lib.MInteger;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.IndicatorState;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The cost of one price event's bar features: a bar closes and a vector is computed, all outputs,
 * for one symbol and for ten thousand visited in random order; beside it TA-Lib recomputing those
 * of the outputs that it knows (38) from the last 250 bars.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FeatureUpdateBenchmark {
  private static final int TAPE = 4_096;
  private static final int WARM_UP_BARS = 300;

  /** A random walk, made before the clock runs. */
  private static Bar[] tape() {
    Random random = new Random(1);
    Bar[] bars = new Bar[TAPE];
    double close = 100;
    double level = 4_000;
    for (int i = 0; i < TAPE; i++) {
      double open = close * Math.exp(0.003 * random.nextGaussian());
      close = open * Math.exp(0.02 * random.nextGaussian());
      level *= Math.exp(0.01 * random.nextGaussian());
      bars[i] =
          new Bar(
              i * 60_000L,
              open,
              Math.max(open, close) * 1.002,
              Math.min(open, close) * 0.998,
              close,
              1_000 + random.nextInt(1_000_000),
              level);
    }
    return bars;
  }

  /** One symbol: everything stays in the nearest cache. */
  @State(Scope.Thread)
  public static class OneSymbol {
    private final Bar[] tape = tape();
    private final IndicatorState state = new IndicatorState();
    private final double[] vector = new double[FeatureSchema.current().size()];
    private int next;
    private Bar forming = next();

    /** Passes the longest warm-up. */
    @Setup
    public void warmUp() {
      for (int i = 0; i < WARM_UP_BARS; i++) {
        state.append(next());
      }
    }

    private Bar next() {
      return tape[next++ & (TAPE - 1)];
    }
  }

  /** Ten thousand symbols: nearly every access of a state misses the caches. */
  @State(Scope.Thread)
  public static class ManySymbols {
    private static final int SYMBOLS = 10_000;

    private final Bar[] tape = tape();
    private final IndicatorState[] states = new IndicatorState[SYMBOLS];
    private final Bar[] forming = new Bar[SYMBOLS];
    private final int[] order = new Random(2).ints(1 << 16, 0, SYMBOLS).toArray();
    private final double[] vector = new double[FeatureSchema.current().size()];
    private int next;

    /** Passes the longest warm-up, each symbol at another place of the tape. */
    @Setup
    public void warmUp() {
      for (int s = 0; s < SYMBOLS; s++) {
        states[s] = new IndicatorState();
        for (int i = 0; i < WARM_UP_BARS + s % IndicatorState.ANCHOR_INTERVAL; i++) {
          states[s].append(tape[(s + i) & (TAPE - 1)]);
        }
        forming[s] = tape[s & (TAPE - 1)];
      }
    }
  }

  /** Columns of 250 bars, as TA-Lib wants them. */
  @State(Scope.Thread)
  public static class TaLibWindow {
    private static final int BARS = 250;

    private final Core core = new Core();
    private final Bar[] tape = tape();
    private final double[] high = new double[BARS];
    private final double[] low = new double[BARS];
    private final double[] close = new double[BARS];
    private final double[] volume = new double[BARS];
    private final double[] level = new double[BARS];
    private final MInteger begin = new MInteger();
    private final MInteger length = new MInteger();
    private final double[] first = new double[BARS];
    private final double[] second = new double[BARS];
    private final double[] third = new double[BARS];
    private int next;

    private void shift() {
      Bar bar = tape[next++ & (TAPE - 1)];
      push(high, bar.high());
      push(low, bar.low());
      push(close, bar.close());
      push(volume, bar.volume());
      push(level, bar.benchmark());
    }

    private static void push(double[] column, double value) {
      System.arraycopy(column, 1, column, 0, BARS - 1);
      column[BARS - 1] = value;
    }

    /** Fills the window. */
    @Setup
    public void warmUp() {
      Arrays.setAll(first, i -> 0);
      for (int i = 0; i < BARS; i++) {
        shift();
      }
    }
  }

  /** A bar closes and the next one's vector is computed, as when its price comes; one symbol. */
  @Benchmark
  public double[] appendAndComputeOneSymbol(OneSymbol symbol) {
    symbol.state.append(symbol.forming);
    symbol.forming = symbol.next();
    symbol.state.compute(symbol.forming, symbol.vector);
    return symbol.vector;
  }

  /** A tick of a forming bar: a vector without a new bar. */
  @Benchmark
  public double[] computeOneSymbol(OneSymbol symbol) {
    symbol.state.compute(symbol.next(), symbol.vector);
    return symbol.vector;
  }

  /** The same with a random one of ten thousand symbols. */
  @Benchmark
  public double[] appendAndComputeManySymbols(ManySymbols symbols) {
    int event = symbols.next++;
    int symbol = symbols.order[event & 0xFFFF];
    IndicatorState state = symbols.states[symbol];
    state.append(symbols.forming[symbol]);
    symbols.forming[symbol] = symbols.tape[event & (TAPE - 1)];
    state.compute(symbols.forming[symbol], symbols.vector);
    return symbols.vector;
  }

  /** TA-Lib over 250 bars: 38 outputs, the newest value of each read. */
  @Benchmark
  public void taLibRecomputation(TaLibWindow w, Blackhole sink) {
    w.shift();
    int end = TaLibWindow.BARS - 1;
    for (int p : new int[] {14, 20, 50, 200}) {
      w.core.sma(0, end, w.close, p, w.begin, w.length, w.first);
      sink.consume(w.first[w.length.value - 1]);
      w.core.ema(0, end, w.close, p, w.begin, w.length, w.first);
      sink.consume(w.first[w.length.value - 1]);
      w.core.rsi(0, end, w.close, p, w.begin, w.length, w.first);
      sink.consume(w.first[w.length.value - 1]);
      w.core.bbands(
          0, end, w.close, p, 2, 2, MAType.Sma, w.begin, w.length, w.first, w.second, w.third);
      sink.consume(w.first[w.length.value - 1]);
      sink.consume(w.third[w.length.value - 1]);
      w.core.stochF(
          0, end, w.high, w.low, w.close, p, 3, MAType.Sma, w.begin, w.length, w.first, w.second);
      sink.consume(w.first[w.length.value - 1]);
      sink.consume(w.second[w.length.value - 1]);
    }
    w.core.macd(0, end, w.close, 12, 26, 9, w.begin, w.length, w.first, w.second, w.third);
    sink.consume(w.first[w.length.value - 1]);
    sink.consume(w.second[w.length.value - 1]);
    sink.consume(w.third[w.length.value - 1]);
    w.core.atr(0, end, w.high, w.low, w.close, 14, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.adx(0, end, w.high, w.low, w.close, 14, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.willR(0, end, w.high, w.low, w.close, 14, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.linearRegSlope(0, end, w.volume, 10, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.correl(0, end, w.close, w.level, 20, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.beta(0, end, w.level, w.close, 60, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
    w.core.rocP(0, end, w.close, 5, w.begin, w.length, w.first);
    sink.consume(w.first[w.length.value - 1]);
  }
}
