package io.vfr.models.trees;

import java.util.Arrays;

/**
 * What {@link TreeShap} needs of one tree that no row changes. Immutable and thread-safe; arrays
 * are by node, counted from the tree's root, and a node stands for the branch that leads to it.
 *
 * <p>With t for the chance that an input is known, a branch's <em>factor</em> is the chance to take
 * it: {@code t + (1 − t) z} if the row follows it and {@code (1 − t) z} if not, z being its share
 * of the training rows. Branches of one input on one path count as one, with the product of their
 * shares, which the row follows if it follows each.
 */
final class ShapPaths {
  static final int NONE = -1;

  /** Nodes of the tree. */
  final int nodes;

  /** Points at which factors are known: they integrate what the tree's longest path asks for. */
  final int points;

  /** The node above; {@link #NONE} for a root. */
  final int[] parent;

  /** The nearest branch above of the same input, or {@link #NONE}. */
  final int[] same;

  /** The share of the training rows at the node above that took the branch. */
  final double[] share;

  /**
   * What a branch multiplies the path's factor by if the row follows the branches above of the same
   * input: {@code points} values for one that the row follows too, then as many for one that it
   * does not.
   */
  final double[] step;

  /**
   * By branch and point, the share in an input's Shapley value of what is below if the row follows
   * it: the point's weight, times (1 − z) over the factor.
   */
  final double[] followed;

  /** The same by point, of a branch that the row does not follow: all are alike. */
  final double[] missed;

  ShapPaths(TreeEnsemble trees, int tree) {
    int root = trees.root[tree];
    nodes = trees.end(tree) - root;
    parent = new int[nodes];
    same = new int[nodes];
    share = new double[nodes];
    // As many inputs as a path has, less the one whose value is computed, is the degree.
    points = (link(trees, root) + 1) / 2;
    GaussLegendre rule = new GaussLegendre(points);
    step = new double[2 * points * nodes];
    followed = new double[points * nodes];
    missed = new double[points];
    for (int q = 0; q < points; q++) {
      missed[q] = -rule.weight(q) / (1 - rule.node(q));
    }
    double[] joint = new double[nodes];
    for (int node = 0; node < nodes; node++) {
      if (parent[node] == NONE) {
        continue;
      }
      double above = same[node] == NONE ? 1 : joint[same[node]];
      joint[node] = above * share[node];
      for (int q = 0; q < points; q++) {
        double t = rule.node(q);
        double before = t + (1 - t) * above;
        double factor = t + (1 - t) * joint[node];
        step[2 * points * node + q] = factor / before;
        step[2 * points * node + points + q] = (1 - t) * joint[node] / before;
        followed[points * node + q] = rule.weight(q) * (1 - joint[node]) / factor;
      }
    }
  }

  /** Products and sums that one explanation takes. */
  long steps() {
    return (long) nodes * points;
  }

  /** The bytes of the arrays. */
  long memoryBytes() {
    return nodes * (2L * Integer.BYTES + Double.BYTES * (1 + 3L * points));
  }

  /** Sets what the nodes' places say; the most distinct inputs of any path, at least one. */
  private int link(TreeEnsemble trees, int root) {
    int[] inputs = new int[nodes];
    int most = 1;
    Arrays.fill(parent, NONE);
    Arrays.fill(same, NONE);
    // In depth-first order a parent comes before its children.
    for (int node = 0; node < nodes; node++) {
      int left = trees.left[root + node];
      if (left == TreeEnsemble.LEAF) {
        continue;
      }
      int right = trees.right[root + node];
      int above = sameAbove(trees, root, node);
      double sum = trees.cover[left] + trees.cover[right];
      for (int child : new int[] {left, right}) {
        int at = child - root;
        parent[at] = node;
        // A half each where no cover is known.
        share[at] = sum > 0 ? trees.cover[child] / sum : 0.5;
        same[at] = above;
        inputs[at] = inputs[node] + (above == NONE ? 1 : 0);
        most = Math.max(most, inputs[at]);
      }
    }
    return most;
  }

  /** The nearest branch above a split that is one of the split's input. */
  private int sameAbove(TreeEnsemble trees, int root, int split) {
    int input = trees.feature[root + split];
    for (int node = split; parent[node] != NONE; node = parent[node]) {
      if (trees.feature[root + parent[node]] == input) {
        return node;
      }
    }
    return NONE;
  }
}
