package io.vfr.models.trees;

/** Copies raw trees into flat arrays, checks them, and fills in the expectation of every split. */
final class TreeFlattener {
  /** Deeper than any tree a trainer makes; bounds the recursion. */
  private static final int DEPTH_MAX = 512;

  private static final int[] NO_CATEGORIES = {};

  final int[] feature;
  final double[] threshold;
  final byte[] missing;
  final int[] left;
  final int[] right;
  final double[] value;

  /** The bit sets of categorical splits, by node. */
  final int[][] categories;

  boolean hasCategories;
  final double[] cover;
  private final int inputs;
  int size;

  /** Splits on the longest path. */
  TreeFlattener(int nodes, int inputs) {
    feature = new int[nodes];
    threshold = new double[nodes];
    missing = new byte[nodes];
    left = new int[nodes];
    right = new int[nodes];
    value = new double[nodes];
    cover = new double[nodes];
    categories = new int[nodes][];
    this.inputs = inputs;
  }

  /** Appends a tree; returns the index of its root. */
  int add(RawTree tree, int number) throws TreeFormatException {
    if (tree.nodes() == 0) {
      throw TreeFormatException.malformed("tree " + number + " has no node");
    }
    return copy(tree, 0, number, new boolean[tree.nodes()], 0);
  }

  private int copy(RawTree tree, int from, int number, boolean[] seen, int depth)
      throws TreeFormatException {
    if (from < 0 || from >= tree.nodes()) {
      throw TreeFormatException.malformed(
          "tree " + number + " has a child " + from + "; it has " + tree.nodes() + " nodes");
    }
    if (seen[from] || depth > DEPTH_MAX) {
      throw TreeFormatException.malformed(
          "tree " + number + " reaches node " + from + " twice or is deeper than " + DEPTH_MAX);
    }
    seen[from] = true;
    int to = size++;
    cover[to] = tree.cover()[from];
    if (!(cover[to] >= 0)) {
      throw TreeFormatException.malformed("tree " + number + " has a negative node cover");
    }
    if (tree.left()[from] < 0) {
      left[to] = TreeEnsemble.LEAF;
      right[to] = TreeEnsemble.LEAF;
      value[to] = tree.leaf()[from];
      categories[to] = NO_CATEGORIES;
      if (!Double.isFinite(value[to])) {
        throw TreeFormatException.malformed("tree " + number + " has a leaf that is not finite");
      }
      return to;
    }
    feature[to] = tree.feature()[from];
    threshold[to] = tree.threshold()[from];
    missing[to] = tree.missing()[from];
    categories[to] = tree.categories().length == 0 ? NO_CATEGORIES : tree.categories()[from];
    hasCategories |= categories[to].length > 0;
    if (feature[to] < 0 || feature[to] >= inputs) {
      throw TreeFormatException.malformed(
          "tree " + number + " splits on input " + feature[to] + "; the model has " + inputs);
    }
    if (Double.isNaN(threshold[to])) {
      throw TreeFormatException.malformed("tree " + number + " has a threshold that is no number");
    }
    left[to] = copy(tree, tree.left()[from], number, seen, depth + 1);
    right[to] = copy(tree, tree.right()[from], number, seen, depth + 1);
    value[to] = expectation(left[to], right[to]);
    return to;
  }

  /** Mean of two children weighted by cover; their plain mean where no cover is known. */
  private double expectation(int a, int b) {
    double weight = cover[a] + cover[b];
    return weight > 0
        ? (value[a] * cover[a] + value[b] * cover[b]) / weight
        : (value[a] + value[b]) / 2;
  }
}
