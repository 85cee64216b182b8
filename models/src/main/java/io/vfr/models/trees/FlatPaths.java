package io.vfr.models.trees;

import org.jspecify.annotations.Nullable;

/**
 * By leaf of a laid out ensemble, what the expectation changes by at each split on the way to it:
 * path attribution without a second walk. Immutable and thread-safe.
 *
 * <p>All paths of a tree are as long as its longest, so that no branch depends on the leaf: a
 * shorter one goes over its features again, with changes of zero.
 */
final class FlatPaths {
  /** Steps of all paths together, at most: 12 MiB. */
  static final int STEPS_MAX = 1 << 20;

  private static final int STEP_BYTES = Integer.BYTES + Double.BYTES;

  private final int[] group;

  /** By tree: the steps of each of its paths. */
  private final int[] length;

  /** By node of the layout: where a leaf's path begins. */
  private final int[] first;

  /** By step: the feature of the split, and what the expectation changes by below it. */
  private final int[] feature;

  private final double[] change;

  private FlatPaths(TreeEnsemble trees, int[] length, int[] place, int steps) {
    group = trees.group;
    this.length = length;
    first = new int[place.length];
    feature = new int[steps];
    change = new double[steps];
    Builder builder = new Builder(trees, place);
    for (int t = 0; t < length.length; t++) {
      builder.add(trees.root[t], 0, length[t]);
    }
  }

  /**
   * The paths of an ensemble; null if they are too many.
   *
   * @param length by tree: the splits on its longest path
   * @param place by node: where the layout has it
   */
  static @Nullable FlatPaths of(TreeEnsemble trees, int[] length, int[] place) {
    long steps = 0;
    for (int t = 0; t < length.length; t++) {
      // Of a binary tree's nodes one more are leaves than are splits.
      steps += (trees.end(t) - trees.root[t] + 1L) / 2 * length[t];
    }
    return steps > STEPS_MAX ? null : new FlatPaths(trees, length, place, (int) steps);
  }

  /** Writes the paths of one tree after the other. */
  private final class Builder {
    private final TreeEnsemble trees;
    private final int[] place;
    private int size;

    Builder(TreeEnsemble trees, int[] place) {
      this.trees = trees;
      this.place = place;
    }

    /**
     * Writes the paths to all leaves below a node. The path to the node itself, one step for each
     * of the {@code depth} splits above, stands already where the next leaf's is to be.
     */
    private void add(int node, int depth, int length) {
      int left = trees.left[node];
      if (left == TreeEnsemble.LEAF) {
        first[place[node]] = size;
        for (int step = depth; step < length; step++) {
          feature[size + step] = feature[size + step - depth];
          change[size + step] = 0;
        }
        size += length;
        return;
      }
      int from = size;
      step(node, left, depth);
      add(left, depth + 1, length);
      System.arraycopy(feature, from, feature, size, depth);
      System.arraycopy(change, from, change, size, depth);
      step(node, trees.right[node], depth);
      add(trees.right[node], depth + 1, length);
    }

    private void step(int node, int child, int depth) {
      feature[size + depth] = trees.feature[node];
      change[size + depth] = trees.value[child] - trees.value[node];
    }
  }

  long memoryBytes() {
    return (long) STEP_BYTES * feature.length
        + (long) Integer.BYTES * (first.length + length.length);
  }

  /**
   * Adds to each feature what the expectation changes by at its splits, times the weight of the
   * tree's output.
   *
   * @param reached by tree: the leaf
   * @param weights weight of each output
   * @param to where the row of features begins in the result
   */
  void addChanges(int[] reached, double[] weights, double[] out, int to) {
    int[] feature = this.feature;
    double[] change = this.change;
    for (int t = 0; t < length.length; t++) {
      double weight = weights[group[t]];
      if (weight == 0) {
        continue;
      }
      int step = first[reached[t]];
      for (int end = step + length[t]; step < end; step++) {
        out[to + feature[step]] += weight * change[step];
      }
    }
  }
}
