package io.vfr.models.trees;

/**
 * Gauss and Legendre's rule on [0, 1]: with n points it integrates polynomials up to degree 2n − 1
 * exactly. Nodes are the roots of Legendre's polynomial, found by Newton's method (W. Press et al.,
 * "Numerical Recipes", section 4.6).
 */
final class GaussLegendre {
  private static final int STEPS_MAX = 100;

  private final double[] nodes;
  private final double[] weights;

  /**
   * The rule of n points.
   *
   * @throws IllegalArgumentException if n is not positive
   */
  GaussLegendre(int points) {
    if (points < 1) {
      throw new IllegalArgumentException("points must be 1 or more: " + points);
    }
    nodes = new double[points];
    weights = new double[points];
    for (int i = 0; i < (points + 1) / 2; i++) {
      double x = Math.cos(Math.PI * (i + 0.75) / (points + 0.5));
      double slope = 0;
      double change = 1;
      for (int step = 0; step < STEPS_MAX && Math.abs(change) > Math.ulp(1.0); step++) {
        double before = 0;
        double value = 1;
        for (int k = 1; k <= points; k++) {
          double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
          before = value;
          value = next;
        }
        slope = points * (x * value - before) / (x * x - 1);
        change = value / slope;
        x -= change;
      }
      // The rule of [-1, 1], halved and moved.
      double weight = 1 / ((1 - x * x) * slope * slope);
      nodes[i] = (1 - x) / 2;
      nodes[points - 1 - i] = (1 + x) / 2;
      weights[i] = weight;
      weights[points - 1 - i] = weight;
    }
  }

  int points() {
    return nodes.length;
  }

  /** A point within (0, 1); they rise. */
  double node(int point) {
    return nodes[point];
  }

  /** Its weight; all add up to 1. */
  double weight(int point) {
    return weights[point];
  }
}
