package io.vfr.models.conformal;

import io.vfr.models.StoredFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Half widths of prediction intervals, in units of the forecast volatility, that keep a nominal
 * coverage while the world drifts.
 *
 * <p>The score of an outcome is |realised − forecast| / σ̂. Scores are kept in a histogram that
 * forgets by half in {@link #HALF_LIFE_BARS} bars; the half width is its quantile at 1 − αₜ. After
 * each bar αₜ moves by γ (α − share of the bar's outcomes outside their interval): I. Gibbs and E.
 * Candès, "Adaptive conformal inference under distribution shift", 2021, equation 2, with one step
 * a bar because outcomes of one bar are not independent. Its miscoverage over T bars differs from α
 * by at most (1 + γ) / (γ T), whatever the data do, as long as αₜ is not held at its bounds; the
 * bounds keep intervals finite.
 *
 * <p>A pure function of the outcomes in their order; not thread-safe.
 */
public final class AdaptiveConformal {
  /** Bars after which an outcome counts half. */
  public static final double HALF_LIFE_BARS = 60;

  private static final double STEP = 0.1;
  private static final double BINS_PER_UNIT = 16;
  private static final int BINS = 160;
  private static final double LEVEL_MIN = 1e-3;
  private static final double LEVEL_MAX = 0.6;

  /**
   * A bar of very many outcomes (ticks, or a replay that goes symbol by symbol) is taken in parts.
   */
  private static final int OUTCOMES_PER_STEP_MAX = 4096;

  private static final double RETAINED = Math.pow(0.5, 1 / HALF_LIFE_BARS);
  private static final StoredFormat FORMAT = StoredFormat.first("a stored state of intervals");

  /** What {@link #write} takes. */
  public static final int BYTES =
      1 + 3 * Double.BYTES + Long.BYTES + 2 * Integer.BYTES + (BINS + 1) * Double.BYTES;

  private final double miscoverage;
  private final double[] weights = new double[BINS + 1];
  private double total;
  private double level;
  private long bar = Long.MIN_VALUE;
  private int outcomes;
  private int missed;
  private double halfWidth = Double.NaN;

  /**
   * Starts from what is known of scores before any outcome.
   *
   * @param coverage nominal coverage, in (0, 1)
   * @param priorScores scores of earlier out-of-sample forecasts, not negative, at least one
   * @param priorWeight how many outcomes they are worth together
   */
  public AdaptiveConformal(double coverage, double[] priorScores, double priorWeight) {
    if (!(coverage > 0 && coverage < 1) || priorScores.length == 0 || !(priorWeight > 0)) {
      throw new IllegalArgumentException(
          "coverage "
              + coverage
              + " must be in (0, 1), with "
              + priorScores.length
              + " prior scores of weight "
              + priorWeight
              + " above 0");
    }
    miscoverage = 1 - coverage;
    level = miscoverage;
    for (double score : priorScores) {
      weights[bin(score)] += priorWeight / priorScores.length;
    }
    total = priorWeight;
  }

  private static int bin(double score) {
    if (!(score >= 0)) {
      throw new IllegalArgumentException("a score is not negative and not NaN, got " + score);
    }
    return (int) Math.min(BINS, score * BINS_PER_UNIT);
  }

  /**
   * Takes an outcome.
   *
   * @param barMillis the bar that realised it, epoch milliseconds
   * @param score |realised − forecast| / σ̂
   * @param inside whether it fell into the interval that was stated
   */
  public void observe(long barMillis, double score, boolean inside) {
    int into = bin(score);
    if (outcomes > 0 && (barMillis > bar || outcomes >= OUTCOMES_PER_STEP_MAX)) {
      step();
    }
    bar = Math.max(bar, barMillis);
    outcomes++;
    missed += inside ? 0 : 1;
    weights[into]++;
    total++;
    halfWidth = Double.NaN;
  }

  private void step() {
    double moved = level + STEP * (miscoverage - (double) missed / outcomes);
    level = Math.clamp(moved, LEVEL_MIN, LEVEL_MAX);
    outcomes = 0;
    missed = 0;
    total = 0;
    for (int i = 0; i <= BINS; i++) {
      weights[i] *= RETAINED;
      total += weights[i];
    }
  }

  /** Half width of the interval now, in units of the forecast volatility; above 0. */
  public double halfWidth() {
    if (Double.isNaN(halfWidth)) {
      halfWidth = quantile(1 - level);
    }
    return halfWidth;
  }

  /** The working miscoverage αₜ: below the nominal one where intervals had to become wider. */
  public double level() {
    return level;
  }

  private double quantile(double probability) {
    double target = probability * total;
    double below = 0;
    for (int i = 0; i < BINS; i++) {
      if (below + weights[i] >= target && weights[i] > 0) {
        return (i + (target - below) / weights[i]) / BINS_PER_UNIT;
      }
      below += weights[i];
    }
    return (BINS + 1) / BINS_PER_UNIT;
  }

  /** Writes {@link #BYTES} bytes. */
  public void write(ByteBuffer out) {
    out.put(FORMAT.version()).putDouble(miscoverage).putDouble(level).putDouble(total);
    out.putLong(bar).putInt(outcomes).putInt(missed);
    for (double weight : weights) {
      out.putDouble(weight);
    }
  }

  /**
   * The state that was written, bit by bit.
   *
   * @param coverage nominal coverage that is configured now; another one than was written starts
   *     its own αₜ from the scores that are there
   * @throws IllegalStateException if its version or size is not what this build reads
   */
  public static AdaptiveConformal read(ByteBuffer in, double coverage) {
    FORMAT.check(in.get());
    if (in.remaining() != BYTES - 1) {
      throw new IllegalStateException(
          "a stored state of intervals has "
              + (in.remaining() + 1)
              + " bytes, this build reads "
              + BYTES);
    }
    AdaptiveConformal read = new AdaptiveConformal(coverage, new double[] {0}, 1);
    boolean same = in.getDouble() == read.miscoverage;
    double level = in.getDouble();
    read.level = same ? level : read.level;
    read.total = in.getDouble();
    read.bar = in.getLong();
    read.outcomes = in.getInt();
    read.missed = in.getInt();
    Arrays.setAll(read.weights, i -> in.getDouble());
    return read;
  }
}
