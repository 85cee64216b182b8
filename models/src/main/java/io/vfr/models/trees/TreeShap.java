package io.vfr.models.trees;

import java.util.Arrays;

/**
 * Exact Shapley values of a tree ensemble, with the training rows' covers as the background
 * (path-dependent TreeSHAP: S. Lundberg et al., "From local explanations to global understanding
 * with explainable AI for trees", 2020, algorithm 2). An input's value is its mean marginal
 * contribution over all orders in which inputs can become known, an unknown input sending a row
 * down both branches in the proportions of their covers; so an order of the inputs does not matter,
 * unlike in {@link PathAttribution}, and equal roles get equal values. Costs O(leaves × depth²) a
 * tree; allocates nothing.
 *
 * <p>Going down a tree, the path holds each distinct input split on so far, with the share of rows
 * that would follow the path while that input is unknown ({@code zero}) and whether the row follows
 * it when it is known ({@code one}: 1 or 0); {@code weight[k]} is the share of the orderings of
 * these inputs in which k of them are known, times their fractions. Every node has its own copy of
 * the path, behind its parent's.
 */
public final class TreeShap implements Attribution {
  /** The element that every path begins with; stands for no input. */
  private static final int NO_FEATURE = -1;

  private final TreeEnsemble trees;
  private final double[] outputWeights;
  private final double bias;
  private final long steps;
  private final int[] feature;
  private final double[] zero;
  private final double[] one;
  private final double[] weight;

  /** 1 / k: multiplying is several times as fast as dividing. */
  private final double[] inverse;

  /** The row at hand, the tree's weight, and where contributions go. */
  private double[] row = new double[0];

  private double[] out = new double[0];
  private double scale;

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
    bias = trees.expectation(outputWeights);
    steps = steps(trees);
    // A node at depth d has a path of at most d + 1 elements.
    int elements = (trees.depthMax + 1) * (trees.depthMax + 2) / 2;
    feature = new int[elements];
    zero = new double[elements];
    one = new double[elements];
    weight = new double[elements];
    inverse = new double[trees.depthMax + 2];
    for (int k = 1; k < inverse.length; k++) {
      inverse[k] = 1.0 / k;
    }
  }

  /** The squares of the leaves' depths, added up. */
  private static long steps(TreeEnsemble trees) {
    int[] depth = new int[trees.nodes()];
    long steps = 0;
    // Nodes of a tree are in depth-first order: a parent comes before its children.
    for (int node = 0; node < depth.length; node++) {
      if (trees.left[node] == TreeEnsemble.LEAF) {
        steps += (long) depth[node] * depth[node];
      } else {
        depth[trees.left[node]] = depth[node] + 1;
        depth[trees.right[node]] = depth[node] + 1;
      }
    }
    return steps;
  }

  @Override
  public void contributions(double[] row, double[] out) {
    Arrays.fill(out, 0, trees.inputs, 0);
    this.row = row;
    this.out = out;
    for (int t = 0; t < trees.root.length; t++) {
      scale = outputWeights[trees.group[t]];
      if (scale != 0) {
        descend(trees.root[t], 0, 0, 1, 1, NO_FEATURE);
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

  /**
   * Adds what the leaves below a node contribute.
   *
   * @param parent index of the parent's path
   * @param parentLength its number of elements
   * @param zeroFraction of the element to add
   * @param oneFraction of the element to add
   * @param splitFeature of the element to add
   */
  private void descend(
      int node,
      int parent,
      int parentLength,
      double zeroFraction,
      double oneFraction,
      int splitFeature) {
    int from = parent + parentLength;
    System.arraycopy(feature, parent, feature, from, parentLength);
    System.arraycopy(zero, parent, zero, from, parentLength);
    System.arraycopy(one, parent, one, from, parentLength);
    System.arraycopy(weight, parent, weight, from, parentLength);
    extend(from, parentLength, zeroFraction, oneFraction, splitFeature);
    int length = parentLength + 1;
    if (trees.left[node] == TreeEnsemble.LEAF) {
      leaf(node, from, length);
      return;
    }
    int split = trees.feature[node];
    int hot = trees.child(node, row[split]);
    int cold = hot == trees.left[node] ? trees.right[node] : trees.left[node];
    double incomingZero = 1;
    double incomingOne = 1;
    int known = indexOf(split, from, length);
    if (known >= 0) {
      incomingZero = zero[known];
      incomingOne = one[known];
      unwind(from, length, known - from);
      length--;
    }
    double hotShare = share(hot, cold);
    double hotZero = incomingZero * hotShare;
    double coldZero = incomingZero * (1 - hotShare);
    // With both fractions 0 no row follows the branch, whether the input is known or not.
    if (hotZero != 0 || incomingOne != 0) {
      descend(hot, from, length, hotZero, incomingOne, split);
    }
    if (coldZero != 0) {
      descend(cold, from, length, coldZero, 0, split);
    }
  }

  /** The share of a child among the rows of both; a half each where no cover is known. */
  private double share(int child, int other) {
    double sum = trees.cover[child] + trees.cover[other];
    return sum > 0 ? trees.cover[child] / sum : 0.5;
  }

  private int indexOf(int split, int from, int length) {
    for (int i = from + 1; i < from + length; i++) {
      if (feature[i] == split) {
        return i;
      }
    }
    return -1;
  }

  private void leaf(int node, int from, int length) {
    double value = scale * trees.value[node];
    // Of inputs whose branch the row does not follow, the sum over the weights is the same.
    double coldSum = Double.NaN;
    for (int i = 1; i < length; i++) {
      double sum;
      if (one[from + i] != 0) {
        sum = unwoundSum(from, length, i);
      } else {
        if (Double.isNaN(coldSum)) {
          coldSum = coldSum(from, length);
        }
        sum = coldSum / zero[from + i];
      }
      out[feature[from + i]] += sum * (one[from + i] - zero[from + i]) * value;
    }
  }

  /** Adds an element to a path and carries the weights over to the longer orderings. */
  private void extend(
      int from, int length, double zeroFraction, double oneFraction, int splitFeature) {
    feature[from + length] = splitFeature;
    zero[from + length] = zeroFraction;
    one[from + length] = oneFraction;
    weight[from + length] = length == 0 ? 1 : 0;
    double share = inverse[length + 1];
    for (int k = length - 1; k >= 0; k--) {
      double shared = weight[from + k] * share;
      weight[from + k + 1] += oneFraction * shared * (k + 1);
      weight[from + k] = zeroFraction * shared * (length - k);
    }
  }

  /** Takes an element out of a path: the inverse of {@link #extend}, for any element. */
  private void unwind(int from, int length, int element) {
    double zeroFraction = zero[from + element];
    int last = length - 1;
    if (one[from + element] != 0) {
      double next = weight[from + last];
      for (int k = last - 1; k >= 0; k--) {
        double before = weight[from + k];
        double unwound = next * length * inverse[k + 1];
        weight[from + k] = unwound;
        next = before - unwound * zeroFraction * (last - k) * inverse[length];
      }
    } else {
      for (int k = last - 1; k >= 0; k--) {
        weight[from + k] = weight[from + k] * length / (zeroFraction * (last - k));
      }
    }
    for (int i = from + element; i < from + last; i++) {
      feature[i] = feature[i + 1];
      zero[i] = zero[i + 1];
      one[i] = one[i + 1];
    }
  }

  /** The sum of the weights that {@link #unwind} would leave, for an element that is followed. */
  private double unwoundSum(int from, int length, int element) {
    double zeroFraction = zero[from + element];
    int last = length - 1;
    double sum = 0;
    double next = weight[from + last];
    for (int k = last - 1; k >= 0; k--) {
      double unwound = next * length * inverse[k + 1];
      sum += unwound;
      next = weight[from + k] - unwound * zeroFraction * (last - k) * inverse[length];
    }
    return sum;
  }

  /** The same for one that is not followed, times its {@code zero}. */
  private double coldSum(int from, int length) {
    int last = length - 1;
    double sum = 0;
    for (int k = last - 1; k >= 0; k--) {
      sum += weight[from + k] * inverse[last - k];
    }
    return sum * length;
  }
}
