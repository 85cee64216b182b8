package io.vfr.models.trees;

/** Walks the nodes as they are: for ensembles with categorical splits. */
final class WalkingEvaluator implements MarginEvaluator {
  private final TreeEnsemble trees;
  private final double[] row;
  private final double[] margins;

  WalkingEvaluator(TreeEnsemble trees) {
    this.trees = trees;
    row = new double[trees.inputs()];
    margins = new double[trees.outputs()];
  }

  @Override
  public void margins(double[] rows, int index, double[] out) {
    System.arraycopy(rows, index * row.length, row, 0, row.length);
    trees.margins(row, margins);
    System.arraycopy(margins, 0, out, index * margins.length, margins.length);
  }

  @Override
  public void addChanges(double[] rows, int index, double[] outputWeights, double[] out) {
    trees.addChanges(rows, index, outputWeights, out);
  }
}
