package io.vfr.streams.features.window;

import static io.vfr.streams.features.window.FeatureIndex.PERIODIC;
import static io.vfr.streams.features.window.FeatureIndex.PERIODS;

import io.vfr.models.StoredFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One symbol's indicators over all its closed bars; the bar still forming is laid over them when a
 * vector is computed, and leaves no trace.
 *
 * <p>The state is a pure function of the sequence of closed bars. Sums of windows are recomputed
 * from the kept bars at every {@link #ANCHOR_INTERVAL}-th bar, so a state restored from a
 * checkpoint and the bars before it agrees bit by bit with one that has lived through all of them.
 * Not thread-safe.
 */
public final class IndicatorState {
  /** Closed bars from one anchor to the next. */
  public static final int ANCHOR_INTERVAL = 32;

  /** Closed bars, the checkpoint's own included, that {@link #restore} needs (all, if fewer). */
  public static final int HISTORY_BARS = 252;

  /** What {@link #writeCheckpoint} takes. */
  public static final int CHECKPOINT_BYTES = 1 + 4 * Long.BYTES + RecursiveAverages.BYTES;

  /**
   * Version 2 has the layout of version 1. It tells a build that knows version 1 alone that the
   * store's ring has other slots, in which it would find checkpoints of other bars.
   */
  private static final StoredFormat CHECKPOINT = new StoredFormat("an indicator checkpoint", 1, 2);

  private static final int YEAR = PERIODS.length;

  /** Closed bars of the windows of extremes; the forming bar completes each. */
  private static final int[] LOW_SPANS = Arrays.stream(PERIODS).map(p -> p - 1).toArray();

  private static final int[] HIGH_SPANS = highSpans();

  /** What the windows and averages keep: see {@link Layout}. */
  private final double[] memory = new double[Layout.SIZE];

  private final MonotonicQueue highs = new MonotonicQueue(HIGH_SPANS);
  private final MonotonicQueue negativeLows = new MonotonicQueue(LOW_SPANS);

  /** The forming bar's close that a log return was last computed of, NaN if none; the return. */
  private double knownClose = Double.NaN;

  private double knownReturn;

  /** What {@link Layout#fetch} gave; nobody asks for it. */
  private double fetched;

  /** Whether a bar was closed since the last vector, which then finds its lines fetched. */
  private boolean isFetched;

  private long closedBars;

  /** Closes up to the newest closed one that are equal to it. */
  private long equalRun;

  /** Returns up to the newest closed bar that exist: both closes positive. */
  private long returnRun;

  /** Pairs of returns up to the newest closed bar that are both known. */
  private long pairRun;

  private static int[] highSpans() {
    int[] spans = Arrays.copyOf(LOW_SPANS, YEAR + 1);
    spans[YEAR] = HISTORY_BARS - 1;
    return spans;
  }

  /** The bars before a checkpoint that {@link #restore} asks for: {@link #HISTORY_BARS}. */
  public static int requiredHistory() {
    return HISTORY_BARS;
  }

  /** How many bars have been appended. */
  public long closedBars() {
    return closedBars;
  }

  /** Closes a bar: it becomes part of every later vector. */
  public void append(Bar bar) {
    fetch();
    isFetched = true;
    long bars = closedBars + 1;
    double close = bar.close();
    long equal = nextEqualRun(close);
    for (int i = 0; i < PERIODS.length; i++) {
      if (bars >= PERIODS[i]) {
        RecursiveAverages.appendStochastic(memory, i, stochasticK(i, bar));
      }
    }
    RecursiveAverages.append(memory, bar, bars, equal == bars);
    double logReturn = Double.NaN;
    double pairReturn = Double.NaN;
    if (closedBars > 0) {
      logReturn = logReturn(close);
      pairReturn = pairReturn(bar);
    }
    CloseWindows.append(memory, close, closedBars);
    ReturnWindow.append(memory, logReturn, closedBars);
    VolumeWindow.append(memory, bar.volume(), closedBars);
    PairWindows.append(memory, close, bar.benchmark(), closedBars);
    equalRun = equal;
    returnRun = Double.isNaN(logReturn) ? 0 : returnRun + 1;
    pairRun = Double.isNaN(pairReturn) ? 0 : pairRun + 1;
    push(bar);
    if (atAnchor()) {
      rebuildSums();
    }
  }

  /** Takes a bar into everything else that is a plain function of the last bars. */
  private void push(Bar bar) {
    memory[Layout.CLOSES.next(closedBars)] = bar.close();
    memory[Layout.PREVIOUS_HIGH] = bar.high();
    memory[Layout.PREVIOUS_LOW] = bar.low();
    memory[Layout.PREVIOUS_CLOSE] = bar.close();
    knownClose = Double.NaN;
    closedBars++;
    highs.append(closedBars, bar.high());
    negativeLows.append(closedBars, -bar.low());
  }

  private double previousClose() {
    return memory[Layout.PREVIOUS_CLOSE];
  }

  /** The log return from the newest closed bar's close; most bars close as they were last seen. */
  private double logReturn(double close) {
    if (close != knownClose) {
      knownReturn = ReturnWindow.logReturn(close, previousClose());
      knownClose = close;
    }
    return knownReturn;
  }

  /** A closed bar's level of the benchmark. */
  private double level(int age) {
    return Layout.LEVELS.get(memory, Layout.LEVELS.next(closedBars), age);
  }

  private void rebuildSums() {
    CloseWindows.rebuild(memory, closedBars);
    ReturnWindow.rebuild(memory, closedBars);
    VolumeWindow.rebuild(memory, closedBars);
    PairWindows.rebuild(memory, closedBars);
  }

  /**
   * Writes the features with {@code forming} as the last bar of every window into {@code out}, at
   * the indices of {@link io.vfr.models.schema.FeatureSchema}; NaN where a feature is missing. Only
   * the schema's bar features are written; the rest of the array is left alone. Allocates nothing.
   */
  public void compute(Bar forming, double[] out) {
    if (!isFetched) {
      fetch();
    }
    isFetched = false;
    Arrays.fill(out, 0, FeatureIndex.COUNT, Double.NaN);
    long bars = closedBars + 1;
    double close = forming.close();
    long equal = nextEqualRun(close);
    int nextClose = Layout.CLOSES.next(closedBars);
    for (int i = 0; i < PERIODS.length && bars >= PERIODS[i]; i++) {
      CloseWindows.compute(memory, nextClose, i, close, equal, out);
      double k = stochasticK(i, forming);
      out[PERIODIC[i] + FeatureIndex.STOCH_K] = k;
      if (bars >= PERIODS[i] + 2) {
        out[PERIODIC[i] + FeatureIndex.STOCH_D] = RecursiveAverages.stochasticD(memory, i, k);
      }
    }
    RecursiveAverages.compute(memory, forming, bars, equal == bars, out);
    VolumeWindow.compute(memory, Layout.VOLUMES.next(closedBars), forming.volume(), bars, out);
    computeRanges(forming, bars, out);
    if (bars > 1) {
      computeReturns(forming, equal, out);
      computeBenchmark(forming, out);
    }
    Momentum.compute(memory, nextClose, close, bars, out);
    out[FeatureIndex.OVERNIGHT_RETURN] = out[FeatureIndex.GAP_PERCENT];
    out[FeatureIndex.BOLLINGER_POSITION] = out[FeatureIndex.BOLLINGER_20_PERCENT];
    out[FeatureIndex.STOCHASTIC_K] = out[FeatureIndex.STOCH_14_K];
    normalise(out);
  }

  private void fetch() {
    fetched = Layout.fetch(memory, closedBars) + (highs.newest() + negativeLows.newest());
  }

  private long nextEqualRun(double close) {
    return closedBars > 0 && close == previousClose() ? equalRun + 1 : 1;
  }

  private double pairReturn(Bar bar) {
    // Known exactly when both returns are: their sum is NaN otherwise.
    return PairWindows.simpleReturn(bar.close(), previousClose())
        + PairWindows.simpleReturn(bar.benchmark(), level(0));
  }

  private double stochasticK(int period, Bar bar) {
    double high = Math.max(bar.high(), highs.max(period));
    double low = Math.min(bar.low(), -negativeLows.max(period));
    return high == low ? 50 : 100 * (bar.close() - low) / (high - low);
  }

  private void computeRanges(Bar bar, long bars, double[] out) {
    out[FeatureIndex.INTRADAY_VOLATILITY] = (bar.high() - bar.low()) / bar.open();
    if (bars >= PERIODS[0]) {
      double high = Math.max(bar.high(), highs.max(0));
      double low = Math.min(bar.low(), -negativeLows.max(0));
      out[FeatureIndex.WILLIAMS_R] = high == low ? -50 : -100 * (high - bar.close()) / (high - low);
    }
    if (bars >= HISTORY_BARS) {
      double high = Math.max(bar.high(), highs.max(YEAR));
      out[FeatureIndex.WEEK_HIGH_DISTANCE] = (high - bar.close()) / high;
    }
    if (bars > 1) {
      out[FeatureIndex.GAP_PERCENT] = Momentum.change(bar.open(), previousClose());
    }
  }

  private void computeReturns(Bar bar, long equal, double[] out) {
    double logReturn = logReturn(bar.close());
    out[FeatureIndex.LOG_RETURN_1D] = logReturn;
    if (returnRun >= ReturnWindow.SPAN && !Double.isNaN(logReturn)) {
      out[FeatureIndex.VOLATILITY_20D] =
          equal > ReturnWindow.SPAN + 1
              ? 0
              : ReturnWindow.volatility(memory, Layout.RETURNS.next(closedBars), logReturn);
    }
  }

  private void computeBenchmark(Bar bar, double[] out) {
    double x = PairWindows.simpleReturn(bar.close(), previousClose());
    double y = PairWindows.simpleReturn(bar.benchmark(), level(0));
    if (!Double.isNaN(x + y)) {
      PairWindows.compute(memory, x, y, closedBars, pairRun + 1, out);
    }
    if (closedBars >= 5) {
      out[FeatureIndex.BENCHMARK_MOMENTUM_5D] = PairWindows.simpleReturn(bar.benchmark(), level(4));
    }
  }

  /**
   * A vector holds numbers or NaN, one zero and one NaN: a division by a price of 0 is a missing
   * value.
   */
  private static void normalise(double[] out) {
    for (int i = 0; i < FeatureIndex.COUNT; i++) {
      // Turns -0 into 0; without a branch, so that the compiler takes several at once.
      out[i] += 0.0;
    }
    if (areFinite(out)) {
      return;
    }
    for (int i = 0; i < FeatureIndex.COUNT; i++) {
      if (!(Math.abs(out[i]) <= Double.MAX_VALUE)) {
        out[i] = Double.NaN;
      }
    }
  }

  /** Whether all are: 0 times anything else is NaN. Four sums, none of which waits for another. */
  private static boolean areFinite(double[] values) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i < FeatureIndex.COUNT - 3; i += 4) {
      first = Math.fma(values[i], 0.0, first);
      second = Math.fma(values[i + 1], 0.0, second);
      third = Math.fma(values[i + 2], 0.0, third);
      fourth = Math.fma(values[i + 3], 0.0, fourth);
    }
    for (; i < FeatureIndex.COUNT; i++) {
      first = Math.fma(values[i], 0.0, first);
    }
    return (first + second) + (third + fourth) == 0;
  }

  /** Whether {@link #writeCheckpoint} may be called: the newest closed bar is an anchor. */
  public boolean atAnchor() {
    return closedBars > 0 && closedBars % ANCHOR_INTERVAL == 0;
  }

  /**
   * Writes the {@link #CHECKPOINT_BYTES} bytes that cannot be derived from the last bars.
   *
   * @throws IllegalStateException if the newest closed bar is not an anchor
   */
  public void writeCheckpoint(ByteBuffer out) {
    if (!atAnchor()) {
      throw new IllegalStateException(
          "a checkpoint is taken at a positive multiple of "
              + ANCHOR_INTERVAL
              + " closed bars, not at "
              + closedBars);
    }
    out.put(CHECKPOINT.version());
    out.putLong(closedBars).putLong(equalRun).putLong(returnRun).putLong(pairRun);
    RecursiveAverages.write(memory, out);
  }

  /**
   * The state as it was when the checkpoint was written.
   *
   * @param history the closed bars up to and including the checkpoint's, oldest first: at least the
   *     last {@link #HISTORY_BARS}, or all if there were fewer
   * @throws StoredFormat.UnknownVersionException if the checkpoint has a version that is not read
   * @throws IllegalArgumentException if the history is too short for it
   */
  public static IndicatorState restore(ByteBuffer checkpoint, List<Bar> history) {
    CHECKPOINT.check(checkpoint.get());
    IndicatorState state = new IndicatorState();
    long closed = checkpoint.getLong();
    int needed = (int) Math.min(HISTORY_BARS, closed);
    if (history.size() < needed || history.size() > closed) {
      throw new IllegalArgumentException(
          "a checkpoint after "
              + closed
              + " bars needs "
              + needed
              + ".."
              + closed
              + " bars of history, got "
              + history.size());
    }
    state.equalRun = checkpoint.getLong();
    state.returnRun = checkpoint.getLong();
    state.pairRun = checkpoint.getLong();
    RecursiveAverages.read(state.memory, checkpoint);
    state.closedBars = closed - needed;
    boolean first = true;
    for (Bar bar : history.subList(history.size() - needed, history.size())) {
      state.load(bar, first);
      first = false;
    }
    state.rebuildSums();
    return state;
  }

  /**
   * The number of closed bars that a checkpoint was written after.
   *
   * @throws StoredFormat.UnknownVersionException if it has a version that is not read
   */
  public static long closedBars(ByteBuffer checkpoint) {
    CHECKPOINT.check(checkpoint.get(0));
    return checkpoint.getLong(1);
  }

  /** Makes a checkpoint of any version that this build reads one of the version that it writes. */
  public static void upgrade(ByteBuffer checkpoint) {
    CHECKPOINT.check(checkpoint.get(0));
    checkpoint.put(0, CHECKPOINT.version());
  }

  private void load(Bar bar, boolean first) {
    double logReturn = first ? Double.NaN : ReturnWindow.logReturn(bar.close(), previousClose());
    ReturnWindow.load(memory, logReturn, closedBars);
    VolumeWindow.load(memory, bar.volume(), closedBars);
    PairWindows.load(memory, bar.benchmark(), closedBars);
    push(bar);
  }
}
