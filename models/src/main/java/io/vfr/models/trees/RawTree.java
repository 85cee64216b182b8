package io.vfr.models.trees;

/**
 * One tree as a parser read it: node 0 is the root; a node whose left child is negative is a leaf.
 *
 * @param feature input that a split looks at
 * @param threshold value that a split compares with
 * @param missing {@link TreeEnsemble} flags of a split
 * @param leaf value of a leaf
 * @param cover training rows (or their hessians) that reached a node
 * @param categories bit sets of categorical splits, by node, empty in others; empty altogether if
 *     there are none
 */
record RawTree(
    int[] feature,
    double[] threshold,
    byte[] missing,
    int[] left,
    int[] right,
    double[] leaf,
    double[] cover,
    int[][] categories) {

  int nodes() {
    return feature.length;
  }
}
