package io.vfr.models.load;

import java.util.Arrays;
import java.util.Random;

/**
 * Finds the cheapest {@link BatchShape} for which a row's outputs do not depend on its neighbours,
 * its position and the number of rows. Scores sample rows in runs of every size and compares.
 *
 * <p>The choice must be the same on every instance and after every restart, for another shape can
 * mean other bits. So nothing is timed here, the order of the candidates is fixed:
 *
 * <ol>
 *   <li>the least number of rows from which on the size does not matter: padding a few rows costs
 *       little, and large batches keep their size;
 *   <li>a fixed size. Four comes first, between what suits a full batch and what suits a lone row,
 *       which pays for the other rows of its run;
 *   <li>one row at a time, which holds for every graph that gives a row the same output twice.
 * </ol>
 *
 * <p>Bits still differ between kinds of processor, for which the library has different kernels.
 */
final class BatchShapeProbe {
  private static final int[] MINIMA = {1, 2, 4, 8, 16};
  private static final int[] FIXED = {4, 8, 2, 16, 32};
  private static final int ROWS = LoadOptions.BATCH_ROWS;
  private static final long SEED = 20_250_101;
  private static final double NOISE_RELATIVE = 0.2;
  private static final double NOISE_OF_ZEROS = 0.1;

  /** What is promised where bits are not (SPEC §6). */
  private static final double TOLERANCE = 1e-6;

  private final Runner runner;
  private final int inputs;
  private final int outputs;
  private final double[] rows;
  private final double[] alone;

  /** Scores rows in one run of the graph. */
  interface Runner {
    /**
     * Runs the graph.
     *
     * @param rows row-major, may be longer
     * @param count how many rows, at most {@link LoadOptions#BATCH_ROWS}
     * @param out count × outputs, overwritten
     * @throws ScoringException if the graph fails
     */
    void run(double[] rows, int count, double[] out);
  }

  private BatchShapeProbe(Runner runner, int inputs, int outputs, double[] samples) {
    this.runner = runner;
    this.inputs = inputs;
    this.outputs = outputs;
    rows = new double[ROWS * inputs];
    alone = new double[ROWS * outputs];
    fill(samples);
  }

  /**
   * Finds the shape.
   *
   * @param samples row-major prepared rows, at least one; the graph can score at least one
   * @throws ModelRejectedException UNSUPPORTED or WRONG_SHAPE if there is none
   * @throws ScoringException if the graph times out, or fails for every sample
   */
  static BatchShape find(
      Runner runner, int inputs, int outputs, double[] samples, boolean deterministic)
      throws ModelRejectedException {
    return new BatchShapeProbe(runner, inputs, outputs, samples).find(deterministic);
  }

  /**
   * Makes the rows: samples, then noisy copies of them, as far as the graph can score them alone.
   */
  private void fill(double[] samples) {
    int count = samples.length / inputs;
    Random random = new Random(SEED);
    ScoringException failure = null;
    int good = 0;
    for (int i = 0; good < ROWS && i < count + 2 * ROWS; i++) {
      double[] row = Arrays.copyOfRange(samples, i % count * inputs, (i % count + 1) * inputs);
      if (i >= count) {
        disturb(row, random);
      }
      try {
        double[] out = new double[outputs];
        runner.run(row, 1, out);
        System.arraycopy(row, 0, rows, good * inputs, inputs);
        System.arraycopy(out, 0, alone, good * outputs, outputs);
        good++;
      } catch (ScoringException e) {
        if (e.isTimeout()) {
          throw e;
        }
        failure = e;
      }
    }
    if (good == 0 && failure != null) {
      throw failure;
    }
    for (int r = good; r < ROWS; r++) {
      System.arraycopy(rows, r % good * inputs, rows, r * inputs, inputs);
      System.arraycopy(alone, r % good * outputs, alone, r * outputs, outputs);
    }
  }

  private static void disturb(double[] row, Random random) {
    for (int i = 0; i < row.length; i++) {
      double noise = random.nextGaussian();
      row[i] = row[i] == 0 ? NOISE_OF_ZEROS * noise : row[i] * (1 + NOISE_RELATIVE * noise);
    }
  }

  private BatchShape find(boolean deterministic) throws ModelRejectedException {
    double[] again = scoreAll(1, 0);
    if (!same(again, alone, 0)) {
      throw new ModelRejectedException(
          RejectionReason.UNSUPPORTED,
          "the graph gives one row different outputs from call to call; it must be deterministic");
    }
    double[] together = scoreAll(ROWS, 0);
    int least = ROWS;
    boolean close = same(together, alone, TOLERANCE);
    boolean bitsHold = true;
    for (int n = ROWS; n >= 1; n--) {
      double[] out = n == 1 ? alone : scoreAll(n, 0);
      bitsHold &= same(out, together, 0);
      close &= same(out, alone, TOLERANCE);
      if (bitsHold) {
        least = n;
      }
    }
    if (!deterministic && close) {
      return BatchShape.NATURAL;
    }
    if (same(together, alone, TOLERANCE)) {
      for (int minimum : MINIMA) {
        if (minimum >= least) {
          return BatchShape.atLeast(minimum);
        }
      }
    }
    for (int size : FIXED) {
      if (steady(size)) {
        return BatchShape.fixed(size);
      }
    }
    return BatchShape.fixed(1);
  }

  /** Whether every row gives the same at every position of a run of this size. */
  private boolean steady(int size) throws ModelRejectedException {
    double[] first = scoreAll(size, 0);
    boolean steady = same(first, alone, TOLERANCE);
    for (int shift = 1; steady && shift < ROWS; shift++) {
      steady = same(scoreAll(size, shift), first, 0);
    }
    return steady;
  }

  /**
   * The outputs of all rows, scored in runs of one size; the rows are taken in a circle, and the
   * last run goes on at its beginning.
   *
   * @param shift the row that is scored first
   */
  private double[] scoreAll(int size, int shift) throws ModelRejectedException {
    double[] all = new double[ROWS * outputs];
    double[] run = new double[size * inputs];
    double[] out = new double[size * outputs];
    for (int from = 0; from < ROWS; from += size) {
      for (int p = 0; p < size; p++) {
        System.arraycopy(rows, row(shift, from + p) * inputs, run, p * inputs, inputs);
      }
      score(run, size, out);
      for (int p = 0; p < size; p++) {
        System.arraycopy(out, p * outputs, all, row(shift, from + p) * outputs, outputs);
      }
    }
    return all;
  }

  private static int row(int shift, int at) {
    return (shift + at) % ROWS;
  }

  private void score(double[] run, int size, double[] out) throws ModelRejectedException {
    try {
      runner.run(run, size, out);
    } catch (ScoringException e) {
      if (e.isTimeout()) {
        throw e;
      }
      throw new ModelRejectedException(
          RejectionReason.WRONG_SHAPE,
          "the graph scores rows one by one and not " + size + " together: " + e.getMessage(),
          e);
    }
  }

  /** Whether two sets of outputs are the same: to the bit, or to a tolerance above 0. */
  private static boolean same(double[] a, double[] b, double tolerance) {
    for (int i = 0; i < a.length; i++) {
      boolean equal = Double.doubleToLongBits(a[i]) == Double.doubleToLongBits(b[i]);
      if (!equal
          && !(tolerance > 0 && Math.abs(a[i] - b[i]) <= tolerance * Math.max(1, Math.abs(b[i])))) {
        return false;
      }
    }
    return true;
  }
}
