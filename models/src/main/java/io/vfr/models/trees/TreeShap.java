package io.vfr.models.trees;

import java.util.Arrays;

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
 * known with chance t. At a split whose input was not met before, a row goes where its value sends
 * it, the <em>hot</em> branch, unless the input is unknown and it takes the <em>cold</em> one's
 * share s of chances: with {@code (1 − t) s}. What is expected below the split is then {@code hot −
 * (1 − t) s (hot − cold)}, and becoming known brings {@code s (hot − cold)}, each time the split is
 * reached. Below a branch of the same input that the row follows, of joint share z, 1 − t is the
 * chance that the input is unknown given that the branch was taken, {@code u = (1 − t) z / f} with
 * {@code f = t + (1 − t) z}, and what becoming known brings is weighed with {@code z / f²}; below
 * one that it does not follow the input was unknown for sure.
 *
 * <p>All that is a polynomial in t whose degree is below the number of inputs of the longest path,
 * which half as many points integrate exactly. Chances go down a tree and expectations up again, as
 * in Linear TreeSHAP (P. Yu et al., 2022). Costs O(splits × points) a tree; allocates nothing.
 */
public final class TreeShap implements Attribution {
  private final TreeEnsemble trees;
  private final ShapPaths paths;
  private final double[] outputWeights;
  private final double bias;
  private final long steps;

  /** Of the tree at hand, by node from its root: the child that the row goes to. */
  private final int[] hot;

  /** By node: whether the row follows the branch to it and those above of the same input. */
  private final boolean[] followed;

  /** By node and point: the chance that the node is reached. */
  private final double[] reached;

  /** By split and point: the chance that the input is unknown. */
  private final double[] unknown;

  /** By split and point: what a gain counts for, 0 if the input was unknown for sure. */
  private final double[] weight;

  /** By node and point: what is expected below it. */
  private final double[] expected;

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
    int nodes = 0;
    int values = 0;
    long steps = 0;
    for (int t = 0; t < trees.trees(); t++) {
      int own = trees.end(t) - trees.root[t];
      int points = paths.rule[t].points();
      nodes = Math.max(nodes, own);
      values = Math.max(values, own * points);
      steps += (long) own * points;
    }
    this.steps = steps;
    hot = new int[nodes];
    followed = new boolean[nodes];
    reached = new double[values];
    unknown = new double[values];
    weight = new double[values];
    expected = new double[values];
  }

  @Override
  public void contributions(double[] row, double[] out) {
    Arrays.fill(out, 0, trees.inputs, 0);
    for (int t = 0; t < trees.root.length; t++) {
      double scale = outputWeights[trees.group[t]];
      if (scale != 0) {
        descend(t, row);
        ascend(t, scale, out);
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

  /** Carries the chances down to the last splits. */
  private void descend(int tree, double[] row) {
    GaussLegendre rule = paths.rule[tree];
    int points = rule.points();
    int root = trees.root[tree];
    int end = trees.end(tree);
    Arrays.fill(reached, 0, points, 1);
    for (int split = root; split < end; split++) {
      int left = trees.left[split];
      if (left == TreeEnsemble.LEAF) {
        continue;
      }
      int right = trees.right[split];
      int goes = trees.child(split, row[trees.feature[split]]);
      int cold = left + right - goes;
      int same = paths.same[split];
      boolean follows = same == ShapPaths.NONE || followed[same - root];
      hot[split - root] = goes - root;
      followed[goes - root] = follows;
      followed[cold - root] = false;
      double share = paths.share[cold];
      int here = (split - root) * points;
      int toHot = (goes - root) * points;
      int toCold = (cold - root) * points;
      unknown(rule, same, follows, here);
      for (int q = 0; q < points; q++) {
        double colder = reached[here + q] * unknown[here + q] * share;
        reached[toCold + q] = colder;
        reached[toHot + q] = reached[here + q] - colder;
      }
    }
  }

  /** How likely a split's input is unknown, and what its becoming known is weighed with. */
  private void unknown(GaussLegendre rule, int same, boolean follows, int here) {
    int points = rule.points();
    if (same == ShapPaths.NONE) {
      for (int q = 0; q < points; q++) {
        unknown[here + q] = 1 - rule.node(q);
        weight[here + q] = rule.weight(q) * reached[here + q];
      }
      return;
    }
    double joint = paths.joint[same];
    for (int q = 0; q < points; q++) {
      double factor = 1 - (1 - rule.node(q)) * (1 - joint);
      unknown[here + q] = follows ? (1 - rule.node(q)) * joint / factor : 1;
      weight[here + q] =
          follows ? rule.weight(q) * reached[here + q] * joint / (factor * factor) : 0;
    }
  }

  /** Carries the expectations up to the root, and adds what each split's input brings. */
  private void ascend(int tree, double scale, double[] out) {
    GaussLegendre rule = paths.rule[tree];
    int points = rule.points();
    int root = trees.root[tree];
    for (int node = trees.end(tree) - 1; node >= root; node--) {
      int here = (node - root) * points;
      int left = trees.left[node];
      if (left == TreeEnsemble.LEAF) {
        double value = trees.value[node];
        for (int q = here; q < here + points; q++) {
          expected[q] = value;
        }
        continue;
      }
      int goes = hot[node - root];
      int cold = left + trees.right[node] - root - root - goes;
      double share = paths.share[root + cold];
      double sum = 0;
      for (int q = 0; q < points; q++) {
        double hotter = expected[goes * points + q];
        double gain = share * (hotter - expected[cold * points + q]);
        expected[here + q] = hotter - unknown[here + q] * gain;
        sum += weight[here + q] * gain;
      }
      out[trees.feature[node]] += scale * sum;
    }
  }
}
