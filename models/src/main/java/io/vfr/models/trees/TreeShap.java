package io.vfr.models.trees;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Exact Shapley values of a tree ensemble, with the training rows' covers as the background
 * (path-dependent: S. Lundberg et al., "From local explanations to global understanding with
 * explainable AI for trees", 2020). An input's value is its mean marginal contribution over all
 * orders in which inputs can become known, an unknown input sending a row down both branches in the
 * proportions of their covers; so an order of the inputs does not matter, unlike in {@link
 * PathAttribution}, and equal roles get equal values.
 *
 * <p>Computed as an integral (G. Owen, "Multilinear extensions of games", 1972): an input's value
 * is the mean, over t from 0 to 1, of what its becoming known brings while every other input is
 * known with chance t. For a leaf that is a product of one factor an input, a polynomial in t whose
 * degree is below the number of the path's inputs, which half as many points integrate exactly.
 * Products are carried down a tree and sums over the leaves up again, as in Linear TreeSHAP (P. Yu
 * et al., 2022). Costs O(nodes × points) a tree; allocates nothing.
 */
public final class TreeShap implements Attribution {
  private final TreeEnsemble trees;
  private final @Nullable ShapPaths[] paths;
  private final double[] outputWeights;
  private final double bias;
  private final long steps;

  /** Of the tree at hand, by node from its root: the child that the row goes to. */
  private int[] next = new int[0];

  /** Whether the row follows the branch, and those above it of the same input. */
  private boolean[] followed = new boolean[0];

  /** The path's product of factors, by point. */
  private double[] product = new double[0];

  /** The sum of the leaves below, each times its path's product, by point. */
  private double[] below = new double[0];

  /**
   * Attributes a weighted sum of the margins.
   *
   * @param outputWeights weight of each output's margin, e.g. −1, 0, 1 for UP against DOWN
   */
  public TreeShap(TreeEnsemble trees, double[] outputWeights) {
    if (outputWeights.length != trees.outputs()) {
      throw new IllegalArgumentException(
          "got " + outputWeights.length + " weights for " + trees.outputs() + " outputs");
    }
    this.trees = trees;
    this.outputWeights = outputWeights.clone();
    paths = trees.shapPaths();
    bias = trees.expectation(outputWeights);
    long steps = 0;
    for (int t = 0; t < trees.root.length; t++) {
      ShapPaths tree = tree(t);
      steps += tree.steps();
      reserve(tree);
    }
    this.steps = steps;
  }

  private ShapPaths tree(int number) {
    ShapPaths kept = paths[number];
    return kept == null ? new ShapPaths(trees, number) : kept;
  }

  private void reserve(ShapPaths tree) {
    if (next.length < tree.nodes) {
      next = new int[tree.nodes];
      followed = new boolean[tree.nodes];
    }
    if (product.length < tree.nodes * tree.points) {
      product = new double[tree.nodes * tree.points];
      below = new double[product.length];
    }
  }

  @Override
  public void contributions(double[] row, double[] out) {
    Arrays.fill(out, 0, trees.inputs, 0);
    for (int t = 0; t < trees.root.length; t++) {
      double scale = outputWeights[trees.group[t]];
      if (scale != 0) {
        ShapPaths tree = tree(t);
        descend(tree, trees.root[t], row, scale);
        ascend(tree, trees.root[t], out);
      }
    }
  }

  @Override
  public String method() {
    return "shap";
  }

  /** The model itself is not run. */
  @Override
  public int rowsPerCall() {
    return 0;
  }

  @Override
  public long stepsPerCall() {
    return steps;
  }

  @Override
  public double bias() {
    return bias;
  }

  /** Carries the products down to the leaves, and there leaves times product. */
  private void descend(ShapPaths tree, int root, double[] row, double scale) {
    int points = tree.points;
    Arrays.fill(product, 0, points, 1);
    for (int node = 0; node < tree.nodes; node++) {
      int here = node * points;
      if (node > 0) {
        take(tree, node);
      }
      if (trees.left[root + node] == TreeEnsemble.LEAF) {
        double value = scale * trees.value[root + node];
        for (int q = here; q < here + points; q++) {
          below[q] = value * product[q];
        }
      } else {
        next[node] = trees.child(root + node, row[trees.feature[root + node]]) - root;
        Arrays.fill(below, here, here + points, 0);
      }
    }
  }

  /** Multiplies what the path above has by a branch's factor. */
  private void take(ShapPaths tree, int node) {
    int points = tree.points;
    int here = node * points;
    int above = tree.parent[node] * points;
    int same = tree.same[node];
    if (same != ShapPaths.NONE && !followed[same]) {
      followed[node] = false;
      for (int q = 0; q < points; q++) {
        product[here + q] = product[above + q] * tree.share[node];
      }
      return;
    }
    boolean follows = next[tree.parent[node]] == node;
    followed[node] = follows;
    int step = 2 * here + (follows ? 0 : points);
    for (int q = 0; q < points; q++) {
      product[here + q] = product[above + q] * tree.step[step + q];
    }
  }

  /** Adds the sums below each branch up to the next one, and its share of them to its input. */
  private void ascend(ShapPaths tree, int root, double[] out) {
    int points = tree.points;
    for (int node = tree.nodes - 1; node > 0; node--) {
      int here = node * points;
      int parent = tree.parent[node];
      int same = tree.same[node];
      double share = share(tree, node, here);
      if (same != ShapPaths.NONE) {
        // Of the leaves below, this branch speaks for the input, not the one above.
        share -= share(tree, same, here);
      }
      out[trees.feature[root + parent]] += share;
      int above = parent * points;
      for (int q = 0; q < points; q++) {
        below[above + q] += below[here + q];
      }
    }
  }

  /** A branch's share of a sum of leaves. */
  private double share(ShapPaths tree, int node, int leaves) {
    boolean follows = followed[node];
    double[] shares = follows ? tree.followed : tree.missed;
    int from = follows ? node * tree.points : 0;
    double sum = 0;
    for (int q = 0; q < tree.points; q++) {
      sum += shares[from + q] * below[leaves + q];
    }
    return sum;
  }
}
