package io.vfr.models.trees;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Path attribution: walking down each tree, the change of the node expectation at a split is owed
 * to the split's feature (A. Saabas, "Interpreting random forests", 2014). Exact in sum, much
 * cheaper than Shapley values, and biased towards features near the root's children; allocates
 * nothing.
 */
public final class PathAttribution implements Attribution {
  private final TreeEnsemble trees;
  private final double[] outputWeights;
  private final double bias;
  private final FlatTrees.@Nullable Evaluator flat;

  /**
   * Attributes a weighted sum of the margins.
   *
   * @param outputWeights weight of each output's margin, e.g. −1, 0, 1 for UP against DOWN
   */
  public PathAttribution(TreeEnsemble trees, double[] outputWeights) {
    this(trees, (FlatTrees.Evaluator) null, outputWeights);
  }

  /** The same bits without a branch that depends on data, for trees that were laid out. */
  public PathAttribution(TreeEnsemble trees, FlatTrees flat, double[] outputWeights) {
    this(trees, flat.isComplete() ? flat.evaluator() : null, outputWeights);
  }

  private PathAttribution(
      TreeEnsemble trees, FlatTrees.@Nullable Evaluator flat, double[] outputWeights) {
    if (outputWeights.length != trees.outputs()) {
      throw new IllegalArgumentException(
          "got " + outputWeights.length + " weights for " + trees.outputs() + " outputs");
    }
    this.trees = trees;
    this.outputWeights = outputWeights.clone();
    this.flat = flat;
    bias = trees.expectation(outputWeights);
  }

  @Override
  public void contributions(double[] row, double[] out) {
    Arrays.fill(out, 0, trees.inputs, 0);
    if (flat != null) {
      flat.addChanges(row, outputWeights, out);
      return;
    }
    for (int t = 0; t < trees.root.length; t++) {
      double weight = outputWeights[trees.group[t]];
      if (weight == 0) {
        continue;
      }
      int node = trees.root[t];
      while (trees.left[node] != TreeEnsemble.LEAF) {
        int feature = trees.feature[node];
        int next = trees.child(node, row[feature]);
        out[feature] += weight * (trees.value[next] - trees.value[node]);
        node = next;
      }
    }
  }

  @Override
  public String method() {
    return "path";
  }

  @Override
  public double bias() {
    return bias;
  }

  @Override
  public int rowsPerCall() {
    return 0;
  }
}
