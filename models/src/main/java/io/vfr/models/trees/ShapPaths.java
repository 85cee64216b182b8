package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What {@link TreeShap} needs of a tree ensemble that no row changes: its trees in blocks.
 * Immutable and thread-safe.
 */
final class ShapPaths {
  static final int NONE = -1;

  /** About what it takes for each node, once the blocks are made. */
  static final long NODE_BYTES = 3L * Double.BYTES;

  /**
   * Splits of a block, if more than one tree makes it: little enough to stay in the first cache.
   */
  private static final int BLOCK_SPLITS = 512;

  final InputColumns columns;
  final List<ShapBlock> blocks;

  /** Nodes times points, of all trees. */
  final long steps;

  ShapPaths(TreeEnsemble trees) {
    columns = new InputColumns(trees);
    Nodes nodes = new Nodes(trees);
    int[] points = new int[trees.trees()];
    long steps = 0;
    for (int t = 0; t < points.length; t++) {
      points[t] = nodes.points(t);
      steps += (long) (trees.end(t) - trees.root[t]) * points[t];
    }
    this.steps = steps;
    List<Integer> order =
        IntStream.range(0, points.length)
            .filter(t -> trees.left[trees.root[t]] != TreeEnsemble.LEAF)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(t -> trees.group[t])
                    .thenComparingInt(t -> points[t]))
            .toList();
    blocks = new ArrayList<>();
    int from = 0;
    while (from < order.size()) {
      int first = order.get(from);
      int to = from;
      int splits = 0;
      do {
        splits += splits(trees, order.get(to++));
      } while (to < order.size()
          && trees.group[order.get(to)] == trees.group[first]
          && points[order.get(to)] == points[first]
          && splits + splits(trees, order.get(to)) <= BLOCK_SPLITS);
      GaussLegendre rule = new GaussLegendre(points[first]);
      blocks.add(new ShapBlock(nodes, columns, order.subList(from, to), rule));
      from = to;
    }
  }

  private static int splits(TreeEnsemble trees, int tree) {
    return (trees.end(tree) - trees.root[tree]) / 2;
  }

  /**
   * What the places of an ensemble's nodes say, for those who make blocks. Arrays are by node, as
   * in {@link TreeEnsemble}; a node also stands for the branch that leads to it.
   */
  static final class Nodes {
    final TreeEnsemble trees;

    /** The node above; of a root {@link #NONE}. */
    final int[] parent;

    /** The share of the training rows at the node above that took the branch; of a root 1. */
    final double[] share;

    /** The product of the shares of a branch and of those above it of the same input. */
    final double[] joint;

    /** The nearest branch above a split that is one of the split's own input, or {@link #NONE}. */
    final int[] same;

    /** How many distinct inputs the path to a node has. */
    private final int[] inputs;

    Nodes(TreeEnsemble trees) {
      this.trees = trees;
      int nodes = trees.nodes();
      parent = new int[nodes];
      share = new double[nodes];
      joint = new double[nodes];
      same = new int[nodes];
      inputs = new int[nodes];
      Arrays.fill(parent, NONE);
      Arrays.fill(share, 1);
      Arrays.fill(joint, 1);
      Arrays.fill(same, NONE);
      // Nodes of a tree are in depth-first order: a parent comes before its children.
      for (int node = 0; node < nodes; node++) {
        int left = trees.left[node];
        if (left == TreeEnsemble.LEAF) {
          continue;
        }
        int right = trees.right[node];
        int above = sameAbove(node);
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
    }

    private int sameAbove(int split) {
      for (int node = split; parent[node] != NONE; node = parent[node]) {
        if (trees.feature[parent[node]] == trees.feature[split]) {
          return node;
        }
      }
      return NONE;
    }

    /** The points that integrate what a tree's longest path asks for. */
    private int points(int tree) {
      int most = 1;
      for (int node = trees.root[tree]; node < trees.end(tree); node++) {
        most = Math.max(most, inputs[node]);
      }
      // The degree is one less than the inputs of the path.
      return (most + 1) / 2;
    }
  }
}
