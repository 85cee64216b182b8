package io.vfr.models.load;

import io.vfr.models.trees.TreeEnsemble;
import java.util.Random;

/**
 * Rows in which two evaluations of the same trees would differ if they differ anywhere: values on
 * the model's own thresholds and the next ones to both sides, missing values, both zeros, what
 * counts as zero, the smallest and the largest numbers, and the self-tests.
 *
 * @param values row-major
 */
record CheckRows(double[] values, int count) {
  /** A row more costs the library some 20 microseconds, so a load some 20 ms. */
  private static final int RANDOM_ROWS = 1024;

  private static final double[] SPECIAL = {
    Double.NaN,
    0.0,
    -0.0,
    1e-36,
    -1e-36,
    1e-35f,
    Double.MIN_VALUE,
    Float.MIN_VALUE,
    1e-30,
    1e30,
    -1e30,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1,
    -1
  };

  /** Always the same rows for the same trees. */
  static CheckRows of(TreeEnsemble trees, double[] selfTests) {
    int width = trees.inputs();
    double[] thresholds = trees.thresholds();
    Random random = new Random(trees.nodes());
    double[] values = new double[RANDOM_ROWS * width + selfTests.length];
    for (int i = 0; i < RANDOM_ROWS * width; i++) {
      values[i] = value(random, thresholds);
    }
    System.arraycopy(selfTests, 0, values, RANDOM_ROWS * width, selfTests.length);
    return new CheckRows(values, values.length / width);
  }

  private static double value(Random random, double[] thresholds) {
    int kind = random.nextInt(10);
    if (kind < 2) {
      return SPECIAL[random.nextInt(SPECIAL.length)];
    }
    if (kind < 3 || thresholds.length == 0) {
      return random.nextGaussian();
    }
    double threshold = thresholds[random.nextInt(thresholds.length)];
    float single = (float) threshold;
    return switch (kind) {
      case 3 -> Math.nextUp(threshold);
      case 4 -> Math.nextDown(threshold);
      case 5 -> Math.nextUp(single);
      case 6 -> Math.nextDown(single);
      case 7 -> Double.NaN;
      default -> threshold;
    };
  }
}
