package io.vfr.models.trees;

import java.util.Arrays;

/**
 * What {@link TreeShap} needs of a tree ensemble that no row changes; arrays are by node, as in
 * {@link TreeEnsemble}. A node also stands for the branch that leads to it. Immutable and
 * thread-safe.
 */
final class ShapPaths {
  static final int NONE = -1;

  /** What it takes for each node. */
  static final long NODE_BYTES = 2L * Double.BYTES + Integer.BYTES;

  /** The share of the training rows at the node above that took the branch; of a root 1. */
  final double[] share;

  /** The product of the shares of a branch and of those above it of the same input. */
  final double[] joint;

  /** The nearest branch above a split that is one of the split's own input, or {@link #NONE}. */
  final int[] same;

  /** By tree: the rule that integrates what its longest path asks for. */
  final GaussLegendre[] rule;

  ShapPaths(TreeEnsemble trees) {
    int nodes = trees.nodes();
    share = new double[nodes];
    joint = new double[nodes];
    same = new int[nodes];
    Arrays.fill(same, NONE);
    int[] inputs = distinctInputs(trees);
    rule = new GaussLegendre[trees.trees()];
    for (int t = 0; t < rule.length; t++) {
      int most = 1;
      for (int node = trees.root[t]; node < trees.end(t); node++) {
        most = Math.max(most, inputs[node]);
      }
      // The degree is one less than the inputs of the path.
      rule[t] = new GaussLegendre((most + 1) / 2);
    }
  }

  /** Sets what the nodes' places say; how many distinct inputs the path to each node has. */
  private int[] distinctInputs(TreeEnsemble trees) {
    int[] inputs = new int[share.length];
    int[] parent = new int[share.length];
    for (int root : trees.root) {
      parent[root] = NONE;
      share[root] = 1;
    }
    // Nodes of a tree are in depth-first order: a parent comes before its children.
    for (int node = 0; node < share.length; node++) {
      int left = trees.left[node];
      if (left == TreeEnsemble.LEAF) {
        continue;
      }
      int right = trees.right[node];
      int above = sameAbove(trees, parent, node);
      same[node] = above;
      double sum = trees.cover[left] + trees.cover[right];
      for (int child : new int[] {left, right}) {
        parent[child] = node;
        // A half each where no cover is known.
        share[child] = sum > 0 ? trees.cover[child] / sum : 0.5;
        joint[child] = share[child] * (above == NONE ? 1 : joint[above]);
        inputs[child] = inputs[node] + (above == NONE ? 1 : 0);
      }
    }
    return inputs;
  }

  private static int sameAbove(TreeEnsemble trees, int[] parent, int split) {
    for (int node = split; parent[node] != NONE; node = parent[node]) {
      if (trees.feature[parent[node]] == trees.feature[split]) {
        return node;
      }
    }
    return NONE;
  }
}
