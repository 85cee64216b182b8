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
 * known with chance t. With z for the left branch's share of the training rows, m = 1 if the row
 * goes left and 0 if not, and c for the chance that the input is unknown, a split is left to the
 * left with chance {@code f = c z + (1 − c) m}; expected below it is {@code right + f (left −
 * right)}, and becoming known brings {@code (m − z) (left − right)}, each time the split is
 * reached.
 *
 * <p>For an input that the path has not met before, c = 1 − t. Below a branch of the same input
 * that the row follows, whose shares multiply to j, it is the chance that the input is unknown
 * given that the branch was taken, {@code (1 − t) j / (t + (1 − t) j)}, and what is brought counts
 * {@code j / (t + (1 − t) j)²}; below one that the row does not follow the input was unknown for
 * sure: c = 1, and nothing is brought.
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

  /** Of the tree at hand, by split from its root: 1 if the row goes left, else 0. */
  private final double[] left;

  /** By node: whether the row follows the branch to it and those above of the same input. */
  private final boolean[] followed;

  /** By node, at one point: the chance that it is reached. */
  private final double[] reached;

  /** By split, at one point: the chance of its left branch, if it is reached. */
  private final double[] toLeft;

  /** By split, at one point: what is expected below. By leaf: its value. */
  private final double[] expected;

  /** By split, over all points: what (left − right) amounts to. */
  private final double[] gain;

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
    long steps = 0;
    for (int t = 0; t < trees.trees(); t++) {
      int own = trees.end(t) - trees.root[t];
      nodes = Math.max(nodes, own);
      steps += (long) own * paths.rule[t].points();
    }
    this.steps = steps;
    left = new double[nodes];
    followed = new boolean[nodes];
    reached = new double[nodes];
    toLeft = new double[nodes];
    expected = new double[nodes];
    gain = new double[nodes];
  }

  @Override
  public void contributions(double[] row, double[] out) {
    Arrays.fill(out, 0, trees.inputs, 0);
    for (int t = 0; t < trees.root.length; t++) {
      double scale = outputWeights[trees.group[t]];
      if (scale != 0) {
        int root = trees.root[t];
        int nodes = trees.end(t) - root;
        send(root, nodes, row);
        GaussLegendre rule = paths.rule[t];
        for (int point = 0; point < rule.points(); point++) {
          descend(root, nodes, rule.node(point));
          ascend(root, nodes, rule.node(point), rule.weight(point));
        }
        for (int split = 0; split < nodes; split++) {
          int below = trees.left[root + split];
          if (below != TreeEnsemble.LEAF) {
            out[trees.feature[root + split]] +=
                scale * (left[split] - paths.share[below]) * gain[split];
          }
        }
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

  /** Sends the row left or right at every split. */
  private void send(int root, int nodes, double[] row) {
    for (int node = 0; node < nodes; node++) {
      int split = root + node;
      int below = trees.left[split];
      if (below == TreeEnsemble.LEAF) {
        expected[node] = trees.value[split];
        continue;
      }
      boolean goesLeft = trees.child(split, row[trees.feature[split]]) == below;
      int same = paths.same[split];
      boolean follows = same == ShapPaths.NONE || followed[same - root];
      left[node] = goesLeft ? 1 : 0;
      followed[below - root] = follows & goesLeft;
      followed[trees.right[split] - root] = follows & !goesLeft;
      gain[node] = 0;
    }
  }

  /** Carries the chances down to the leaves, at a point t. */
  private void descend(int root, int nodes, double t) {
    reached[0] = 1;
    for (int node = 0; node < nodes; node++) {
      int below = trees.left[root + node];
      if (below == TreeEnsemble.LEAF) {
        continue;
      }
      int same = paths.same[root + node];
      double unknown = same == ShapPaths.NONE ? 1 - t : unknown(same, root, t);
      double chance = reached[node];
      double f = unknown * paths.share[below] + (1 - unknown) * left[node];
      toLeft[node] = f;
      reached[below - root] = chance * f;
      reached[trees.right[root + node] - root] = chance - chance * f;
    }
  }

  /** Below a branch of the same input. */
  private double unknown(int same, int root, double t) {
    double joint = paths.joint[same];
    return followed[same - root] ? (1 - t) * joint / (t + (1 - t) * joint) : 1;
  }

  /** Carries the expectations up to the root, at a point t, and adds what they differ by. */
  private void ascend(int root, int nodes, double t, double weight) {
    for (int node = nodes - 1; node >= 0; node--) {
      int below = trees.left[root + node];
      if (below == TreeEnsemble.LEAF) {
        continue;
      }
      int same = paths.same[root + node];
      double counts = same == ShapPaths.NONE ? weight : weight * counts(same, root, t);
      double right = expected[trees.right[root + node] - root];
      double difference = expected[below - root] - right;
      expected[node] = right + toLeft[node] * difference;
      gain[node] += counts * reached[node] * difference;
    }
  }

  /** What a gain counts below a branch of the same input. */
  private double counts(int same, int root, double t) {
    double joint = paths.joint[same];
    double taken = t + (1 - t) * joint;
    return followed[same - root] ? joint / (taken * taken) : 0;
  }
}
