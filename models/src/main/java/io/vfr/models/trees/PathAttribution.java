package io.vfr.models.trees;

import java.util.Arrays;

/**
 * Path attribution: walking down each tree, the change of the node expectation at a split is owed
 * to the split's feature (A. Saabas, "Interpreting random forests", 2014). Exact in sum, much
 * cheaper than Shapley values, and biased towards features near the root's children; allocates
 * nothing.
 */
public final class PathAttribution implements Attribution {
  private final MarginEvaluator evaluator;
  private final double[] outputWeights;
  private final double bias;
  private final int inputs;
  private final double[] margins;

  /**
   * Attributes a weighted sum of the margins.
   *
   * @param outputWeights weight of each output's margin, e.g. −1, 0, 1 for UP against DOWN
   */
  public PathAttribution(TreeEnsemble trees, double[] outputWeights) {
    this(trees, new WalkingEvaluator(trees), outputWeights);
  }

  /** The same bits without a branch that depends on data, for trees that were laid out. */
  public PathAttribution(TreeEnsemble trees, FlatTrees flat, double[] outputWeights) {
    this(trees, MarginEvaluator.of(trees, flat), outputWeights);
  }

  private PathAttribution(TreeEnsemble trees, MarginEvaluator evaluator, double[] outputWeights) {
    if (outputWeights.length != trees.outputs()) {
      throw new IllegalArgumentException(
          "got " + outputWeights.length + " weights for " + trees.outputs() + " outputs");
    }
    this.evaluator = evaluator;
    this.outputWeights = outputWeights.clone();
    bias = trees.expectation(outputWeights);
    inputs = trees.inputs();
    margins = new double[trees.outputs()];
  }

  @Override
  public void contributions(double[] row, double[] out) {
    evaluator.margins(row, 0, margins);
    Arrays.fill(out, 0, inputs, 0);
    evaluator.addChanges(row, 0, outputWeights, out);
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
