package io.vfr.models.trees;

/**
 * Copies the nodes of one tree after the other into the arrays of {@link FlatTrees}, level by
 * level.
 */
final class FlatNodes {
  static final int COLUMN_SHIFT = 32;

  private final TreeEnsemble trees;
  private final InputColumns columns;
  final long[] nodes;

  /** By node of the ensemble: where its copy is. */
  final int[] place;

  boolean categorical;
  private int size;
  int treeDepth;

  FlatNodes(TreeEnsemble trees, InputColumns columns) {
    this.trees = trees;
    this.columns = columns;
    nodes = new long[2 * (trees.nodes() + 1)];
    place = new int[trees.nodes()];
  }

  /** Returns the root. */
  int add(int tree) {
    treeDepth = 0;
    int root = size++;
    copy(trees.root[tree], root, 0);
    return root;
  }

  /** Behind a node's children come those of the one that more training rows reached. */
  private void copy(int node, int at, int depth) {
    treeDepth = Math.max(treeDepth, depth);
    place[node] = at;
    int left = trees.left[node];
    if (left == TreeEnsemble.LEAF) {
      leaf(trees.value[node], at);
      return;
    }
    int right = trees.right[node];
    int below = size;
    size += 2;
    split(node, at, below);
    if (trees.cover[left] >= trees.cover[right]) {
      copy(left, below, depth + 1);
      copy(right, below + 1, depth + 1);
    } else {
      copy(right, below + 1, depth + 1);
      copy(left, below, depth + 1);
    }
  }

  /** A tree of one leaf; returns its root. */
  int leaf(double of) {
    leaf(of, size);
    return size++;
  }

  private void leaf(double of, int at) {
    nodes[2 * at] = Double.doubleToRawLongBits(of);
    nodes[2 * at + 1] = (long) columns.size() << COLUMN_SHIFT | at;
  }

  private void split(int node, int at, int below) {
    categorical |= trees.missing[node] == TreeEnsemble.CATEGORICAL;
    nodes[2 * at] = InputColumns.greatestLeft(trees, node);
    nodes[2 * at + 1] = (long) columns.of(trees, node) << COLUMN_SHIFT | below;
  }
}
