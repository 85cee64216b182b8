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
 * in Linear TreeSHAP (P. Yu et al., 2022), at two points at once and in many trees at once ({@link
 * ShapBlock}). Costs O(splits × points) a tree; allocates nothing, and no branch depends on the
 * row.
 */
public final class TreeShap implements Attribution {
  /** Points that are walked at once. */
  private static final int PAIR = 2;

  private final TreeEnsemble trees;
  private final ShapPaths paths;
  private final double[] outputWeights;
  private final double bias;

  /** The row, by column. */
  private final long[] keys;

  /** What is owed to each column. */
  private final double[] owed;

  /** By split of the block at hand: 1 if the row goes left, else 0. */
  private final double[] left;

  /** By split whose input the path may have met: 1 if the row follows it where it was met. */
  private final double[] followed;

  /**
   * By branch, at each point of a pair: the chance that it is reached, on the way down; and what is
   * expected below, once the way up has left it.
   */
  private final double[] at;

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
    keys = new long[paths.columns.size()];
    owed = new double[paths.columns.size()];
    int splits = 0;
    int repeating = 0;
    int branches = 0;
    for (ShapBlock block : paths.blocks) {
      splits = Math.max(splits, block.splits);
      repeating = Math.max(repeating, block.same.length);
      branches = Math.max(branches, block.trees + 2 * block.inner);
    }
    left = new double[splits];
    followed = new double[repeating];
    at = new double[PAIR * branches];
  }

  @Override
  public void contributions(double[] row, double[] out) {
    paths.columns.fill(row, 0, keys);
    Arrays.fill(owed, 0);
    for (ShapBlock block : paths.blocks) {
      double scale = outputWeights[block.group];
      if (scale == 0) {
        continue;
      }
      send(block, row);
      follow(block);
      for (int p = 0; p < block.points.length; p += PAIR) {
        double s = block.points[p];
        double t = block.points[p + 1];
        for (int root = 0; root < block.trees; root++) {
          at[PAIR * root] = scale * block.weights[p];
          at[PAIR * root + 1] = scale * block.weights[p + 1];
        }
        descend(block, s, t);
        descendRepeating(block, s, t);
        turn(block, s, t);
        turnRepeating(block, s, t);
        ascendRepeating(block, s, t);
        ascend(block, s, t);
      }
    }
    Arrays.fill(out, 0, trees.inputs, 0);
    for (int c = 0; c < owed.length; c++) {
      out[paths.columns.feature[c]] += owed[c];
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
    return paths.steps;
  }

  @Override
  public double bias() {
    return bias;
  }

  /** Sends the row left or right at every split. */
  private void send(ShapBlock block, double[] row) {
    int[] column = block.column;
    long[] keys = this.keys;
    double[] left = this.left;
    long[] greatestLeft = block.greatestLeft;
    for (int split = 0; split < block.splits; split++) {
      // A whole number first: of two doubles the JVM chooses by a branch, which is guessed wrong.
      int goesLeft = keys[column[split]] <= greatestLeft[split] ? 1 : 0;
      left[split] = goesLeft;
    }
    for (int set = 0; set < block.setSplit.length; set++) {
      int node = block.setNode[set];
      boolean goesLeft = trees.child(node, row[trees.feature[node]]) == trees.left[node];
      left[block.setSplit[set]] = goesLeft ? 1 : 0;
    }
  }

  /** Notes where the row follows all the branches that met a split's input. */
  private void follow(ShapBlock block) {
    for (int i = 0; i < followed.length && i < block.same.length; i++) {
      followed[i] = block.same[i] == ShapPaths.NONE ? 1 : follows(block, block.same[i]);
    }
  }

  /** Whether the row follows a branch and those above it of the same input. */
  private double follows(ShapBlock block, int branch) {
    int split = (branch - block.trees) / 2;
    double along = (branch - block.trees) % 2 == 0 ? left[split] : 1 - left[split];
    return split < block.plain ? along : along * followed[split - block.plain];
  }

  /** Carries the chances down from a split, at points s and t. */
  private void descend(ShapBlock block, double s, double t) {
    double[] at = this.at;
    double[] left = this.left;
    int below = PAIR * block.trees;
    for (int split = 0; split < block.plain; split++) {
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      double atS = at[here];
      double atT = at[here + 1];
      double leftS = atS * (share + s * moves);
      double leftT = atT * (share + t * moves);
      at[below] = leftS;
      at[below + 1] = leftT;
      at[below + 2] = atS - leftS;
      at[below + 3] = atT - leftT;
      below += 2 * PAIR;
    }
  }

  /** The same where an input may come again. */
  private void descendRepeating(ShapBlock block, double s, double t) {
    for (int split = block.plain; split < block.inner; split++) {
      int repeat = split - block.plain;
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      int below = PAIR * (block.trees + 2 * split);
      double atS = at[here];
      double atT = at[here + 1];
      double leftS = atS * (share + known(block, repeat, s) * moves);
      double leftT = atT * (share + known(block, repeat, t) * moves);
      at[below] = leftS;
      at[below + 1] = leftT;
      at[below + 2] = atS - leftS;
      at[below + 3] = atT - leftT;
    }
  }

  /** At the ends: what their inputs bring, and what is expected there. */
  private void turn(ShapBlock block, double s, double t) {
    double[] at = this.at;
    double[] left = this.left;
    for (int split = block.inner; split < block.plainEnds; split++) {
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      double difference = block.difference[split - block.inner];
      double right = block.right[split - block.inner];
      owed[block.column[split]] += moves * difference * (at[here] + at[here + 1]);
      at[here] = right + (share + s * moves) * difference;
      at[here + 1] = right + (share + t * moves) * difference;
    }
    for (int leaf = 0; leaf < block.leafBranch.length; leaf++) {
      int here = PAIR * block.leafBranch[leaf];
      at[here] = block.leafValue[leaf];
      at[here + 1] = block.leafValue[leaf];
    }
  }

  /** The same where an input has come before. */
  private void turnRepeating(ShapBlock block, double s, double t) {
    for (int split = block.plainEnds; split < block.splits; split++) {
      int repeat = split - block.plainEnds + block.inner - block.plain;
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      double difference = block.difference[split - block.inner];
      double right = block.right[split - block.inner];
      owed[block.column[split]] +=
          moves
              * difference
              * (at[here] * counts(block, repeat, s) + at[here + 1] * counts(block, repeat, t));
      at[here] = right + (share + known(block, repeat, s) * moves) * difference;
      at[here + 1] = right + (share + known(block, repeat, t) * moves) * difference;
    }
  }

  /** Carries the expectations up to a split, and adds what its input brings. */
  private void ascendRepeating(ShapBlock block, double s, double t) {
    for (int split = block.inner - 1; split >= block.plain; split--) {
      int repeat = split - block.plain;
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      int below = PAIR * (block.trees + 2 * split);
      double rightS = at[below + 2];
      double rightT = at[below + 3];
      double differS = at[below] - rightS;
      double differT = at[below + 1] - rightT;
      owed[block.column[split]] +=
          moves
              * (at[here] * counts(block, repeat, s) * differS
                  + at[here + 1] * counts(block, repeat, t) * differT);
      at[here] = rightS + (share + known(block, repeat, s) * moves) * differS;
      at[here + 1] = rightT + (share + known(block, repeat, t) * moves) * differT;
    }
  }

  /** The same where no input came before. */
  private void ascend(ShapBlock block, double s, double t) {
    double[] at = this.at;
    double[] left = this.left;
    for (int split = block.plain - 1; split >= 0; split--) {
      double share = block.share[split];
      double moves = left[split] - share;
      int here = PAIR * block.branch[split];
      int below = PAIR * (block.trees + 2 * split);
      double rightS = at[below + 2];
      double rightT = at[below + 3];
      double differS = at[below] - rightS;
      double differT = at[below + 1] - rightT;
      owed[block.column[split]] += moves * (at[here] * differS + at[here + 1] * differT);
      at[here] = rightS + (share + s * moves) * differS;
      at[here + 1] = rightT + (share + t * moves) * differT;
    }
  }

  /** The chance that a split's input is known, given that the split is reached. */
  private double known(ShapBlock block, int repeat, double t) {
    return followed[repeat] * t / (t + (1 - t) * block.joint[repeat]);
  }

  /** What a gain counts. */
  private double counts(ShapBlock block, int repeat, double t) {
    double joint = block.joint[repeat];
    double taken = t + (1 - t) * joint;
    return followed[repeat] * joint / (taken * taken);
  }
}
