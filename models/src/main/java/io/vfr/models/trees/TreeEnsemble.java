package io.vfr.models.trees;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A boosted tree model as flat node arrays, nodes of a tree in depth-first order. Immutable and
 * thread-safe.
 *
 * <p>Comparison follows the library that trained it. XGBoost: inputs and thresholds are float32,
 * left if x &lt; threshold, sums in float32 that start from the base score. LightGBM: double, left
 * if x ≤ threshold, |x| ≤ 1e-35 counts as zero, sums in double. Both add leaves in tree order.
 */
public final class TreeEnsemble {
  /** A missing value goes left. */
  static final byte DEFAULT_LEFT = 1;

  /** A missing value is taken for zero. */
  static final byte MISSING_NONE = 0;

  /** Zero counts as missing, and a missing value as zero. */
  static final byte MISSING_ZERO = 2;

  /** NaN takes the default direction. */
  static final byte MISSING_NAN = 4;

  /** A split on a set of whole numbers: those in it go left, everything else right. */
  static final byte CATEGORICAL = 8;

  static final int LEAF = -1;
  static final byte MISSING_TYPE = MISSING_ZERO | MISSING_NAN;
  static final double ZERO_THRESHOLD = 1e-35f;

  final int inputs;
  final int outputs;
  final boolean floats;
  final double[] base;
  final int[] root;
  final int[] group;
  final int[] feature;
  final double[] threshold;
  final byte[] missing;
  final int[] left;
  final int[] right;

  /** Leaf value; in a split the expectation over the training rows that reached it. */
  final double[] value;

  /** Training rows, or their hessians, that reached a node. */
  final double[] cover;

  /** The bit sets of categorical splits, by node; empty if the model has none. */
  private final int[][] categories;

  private final String objective;

  /** Made for the first who explains; again if two are first. */
  private volatile @Nullable ShapPaths shapPaths;

  private TreeEnsemble(
      int inputs, boolean floats, double[] base, int[] group, List<RawTree> trees, String objective)
      throws TreeFormatException {
    this.inputs = inputs;
    this.outputs = base.length;
    this.floats = floats;
    this.base = base.clone();
    this.group = group.clone();
    this.objective = objective;
    int nodes = trees.stream().mapToInt(RawTree::nodes).sum();
    root = new int[trees.size()];
    TreeFlattener flat = new TreeFlattener(nodes, inputs);
    for (int t = 0; t < root.length; t++) {
      if (group[t] < 0 || group[t] >= outputs) {
        throw TreeFormatException.malformed("tree " + t + " belongs to output " + group[t]);
      }
      root[t] = flat.add(trees.get(t), t);
    }
    feature = Arrays.copyOf(flat.feature, flat.size);
    threshold = Arrays.copyOf(flat.threshold, flat.size);
    missing = Arrays.copyOf(flat.missing, flat.size);
    left = Arrays.copyOf(flat.left, flat.size);
    right = Arrays.copyOf(flat.right, flat.size);
    value = Arrays.copyOf(flat.value, flat.size);
    cover = Arrays.copyOf(flat.cover, flat.size);
    categories = flat.hasCategories ? flat.categories : new int[0][];
  }

  static TreeEnsemble of(
      int inputs, boolean floats, double[] base, int[] group, List<RawTree> trees, String objective)
      throws TreeFormatException {
    return new TreeEnsemble(inputs, floats, base, group, trees, objective);
  }

  /** Values of one input row. */
  public int inputs() {
    return inputs;
  }

  /** Margins of one row: one, or one per class. */
  public int outputs() {
    return outputs;
  }

  public int trees() {
    return root.length;
  }

  public int nodes() {
    return feature.length;
  }

  /** The node behind a tree's last one. */
  int end(int tree) {
    return tree + 1 == root.length ? nodes() : root[tree + 1];
  }

  ShapPaths shapPaths() {
    ShapPaths known = shapPaths;
    if (known == null) {
      known = new ShapPaths(this);
      shapPaths = known;
    }
    return known;
  }

  /** Every threshold that a split compares with, once for each such split. */
  public double[] thresholds() {
    return IntStream.range(0, nodes())
        .filter(node -> left[node] != LEAF && missing[node] != CATEGORICAL)
        .mapToDouble(node -> threshold[node])
        .toArray();
  }

  /** The objective in the library's own words, e.g. {@code reg:squarederror}. */
  public String objective() {
    return objective;
  }

  /** The bytes of the node arrays, and of what explanations make of them. */
  public long memoryBytes() {
    return nodes() * (3L * Integer.BYTES + 3L * Double.BYTES + 1 + ShapPaths.NODE_BYTES)
        + root.length * 2L * Integer.BYTES
        + Arrays.stream(categories).mapToLong(set -> Integer.BYTES * (4L + set.length)).sum();
  }

  /** A weighted sum of the margins' expectations over the training rows. */
  double expectation(double[] outputWeights) {
    double sum = 0;
    for (int g = 0; g < outputs; g++) {
      sum += outputWeights[g] * base[g];
    }
    for (int t = 0; t < root.length; t++) {
      sum += outputWeights[group[t]] * value[root[t]];
    }
    return sum;
  }

  /**
   * Computes a row's margins, before any sigmoid or softmax.
   *
   * @param row input values, NaN where missing
   * @param out one margin per output
   */
  public void margins(double[] row, double[] out) {
    System.arraycopy(base, 0, out, 0, outputs);
    for (int t = 0; t < root.length; t++) {
      int node = root[t];
      while (left[node] != LEAF) {
        node = child(node, row[feature[node]]);
      }
      double sum = out[group[t]] + value[node];
      out[group[t]] = floats ? (float) sum : sum;
    }
  }

  /**
   * Adds to each input what the expectation changes by at its splits on a row's paths, times the
   * weight of the tree's output.
   *
   * @param rows row-major input values, NaN where missing
   * @param row index of the row
   * @param outputWeights weight of each output's margin
   * @param out row-major, one value per input, of the same rows
   */
  void addChanges(double[] rows, int row, double[] outputWeights, double[] out) {
    int first = row * inputs;
    for (int t = 0; t < root.length; t++) {
      double weight = outputWeights[group[t]];
      if (weight == 0) {
        continue;
      }
      int node = root[t];
      while (left[node] != LEAF) {
        int input = first + feature[node];
        int next = child(node, rows[input]);
        out[input] += weight * (value[next] - value[node]);
        node = next;
      }
    }
  }

  /** The child of a split that a value of its feature goes to. */
  int child(int node, double x) {
    byte flags = missing[node];
    if (flags == CATEGORICAL) {
      return contains(categories[node], x) ? left[node] : right[node];
    }
    if (floats) {
      boolean goesLeft =
          Double.isNaN(x) ? (flags & DEFAULT_LEFT) != 0 : (float) x < threshold[node];
      return goesLeft ? left[node] : right[node];
    }
    double seen = Math.abs(x) <= ZERO_THRESHOLD ? 0 : x;
    int type = flags & MISSING_TYPE;
    if (Double.isNaN(seen) && type != MISSING_NAN) {
      seen = 0;
    }
    boolean isMissing =
        type == MISSING_NAN ? Double.isNaN(seen) : type == MISSING_ZERO && seen == 0;
    boolean goesLeft = isMissing ? (flags & DEFAULT_LEFT) != 0 : seen <= threshold[node];
    return goesLeft ? left[node] : right[node];
  }

  /** A fraction counts as its whole part; a missing or negative value is in no set. */
  private static boolean contains(int[] set, double x) {
    int category = (int) x;
    return !Double.isNaN(x)
        && category >= 0
        && category >> 5 < set.length
        && (set[category >> 5] >> (category & 31) & 1) != 0;
  }
}
