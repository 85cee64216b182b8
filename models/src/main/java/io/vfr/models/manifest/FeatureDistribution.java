package io.vfr.models.manifest;

import java.util.Arrays;

/**
 * How one feature was distributed over a model's training rows: a histogram of its known values and
 * how often it was missing. A value x is in the bin behind the last edge that is ≤ x; the bins at
 * both ends are open.
 */
public final class FeatureDistribution {
  /** Most edges of a histogram; it has one bin more. */
  public static final int EDGES_MAX = 31;

  /** How far the shares may be from adding up to 1: they are written with few digits. */
  public static final double SHARES_TOLERANCE = 1e-6;

  private final double[] edges;
  private final double[] shares;
  private final double missing;

  /**
   * Copies the arrays.
   *
   * @param edges strictly increasing finite bounds between the bins, at most {@link #EDGES_MAX}
   * @param shares share of the known values in each bin, one more than edges; they add up to 1
   * @param missing share of the rows without a value, 0..1
   * @throws IllegalArgumentException naming what is wrong
   */
  public FeatureDistribution(double[] edges, double[] shares, double missing) {
    if (edges.length > EDGES_MAX || shares.length != edges.length + 1) {
      throw new IllegalArgumentException(
          "got "
              + edges.length
              + " edges and "
              + shares.length
              + " shares; at most "
              + EDGES_MAX
              + " edges and one share more are allowed");
    }
    for (int i = 0; i < edges.length; i++) {
      if (!Double.isFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1])) {
        throw new IllegalArgumentException(
            "edges[" + i + "] is " + edges[i] + "; edges must be finite and strictly increase");
      }
    }
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      if (!(shares[i] >= 0)) {
        throw new IllegalArgumentException(
            "shares[" + i + "] is " + shares[i] + "; it must not be negative");
      }
      sum += shares[i];
    }
    if (!(Math.abs(sum - 1) <= SHARES_TOLERANCE)) {
      throw new IllegalArgumentException("shares add up to " + sum + "; they must add up to 1");
    }
    if (!(missing >= 0 && missing <= 1)) {
      throw new IllegalArgumentException("missing is " + missing + "; it must be from 0 to 1");
    }
    this.edges = edges.clone();
    this.shares = shares.clone();
    this.missing = missing;
  }

  /** A copy of the bounds between the bins. */
  public double[] edges() {
    return edges.clone();
  }

  /** A copy of the bins' shares. */
  public double[] shares() {
    return shares.clone();
  }

  /** The share of the rows without a value. */
  public double missing() {
    return missing;
  }

  /** The number of bins. */
  public int bins() {
    return shares.length;
  }

  /** The bin of a value that is not NaN, 0 to {@link #bins()} − 1. */
  public int bin(double x) {
    // Quicker than a search by halves, whose every step is a guess: edges are few.
    int bin = 0;
    for (double edge : edges) {
      bin += edge <= x ? 1 : 0;
    }
    return bin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureDistribution that
        && Arrays.equals(edges, that.edges)
        && Arrays.equals(shares, that.shares)
        && Double.compare(missing, that.missing) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(edges) + Arrays.hashCode(shares);
  }

  @Override
  public String toString() {
    return "FeatureDistribution[" + bins() + " bins, missing=" + missing + "]";
  }
}
