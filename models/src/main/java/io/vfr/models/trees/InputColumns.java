package io.vfr.models.trees;

import java.util.HashMap;
import java.util.Map;

/**
 * A row as whole numbers that any split of a model compares with its own. Immutable and
 * thread-safe.
 *
 * <p>A value becomes a whole number in the order of the values, a <em>key</em>, one for each way in
 * which the model's splits treat zeros and missing values: a <em>column</em>. What is missing
 * becomes the least or the greatest number, so that the comparison sends it the default way.
 */
final class InputColumns {
  private static final long INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

  /** By column. */
  final int[] feature;

  /** By column: the key of what is missing. */
  private final long[] whenMissing;

  /** By column: all ones if NaN is missing, else it is zero. */
  private final long[] whenNan;

  /** By column: all ones if zero is missing. */
  private final long[] whenZero;

  /** The bits of the greatest value that is zero. */
  private final long zeroMax;

  private final boolean floats;
  private final Map<Long, Integer> columns = new HashMap<>();

  /** The columns that a model's splits ask for, sets of categories apart. */
  InputColumns(TreeEnsemble trees) {
    floats = trees.floats;
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.left[node] != TreeEnsemble.LEAF) {
        columns.putIfAbsent(id(trees, node), columns.size());
      }
    }
    feature = new int[columns.size()];
    whenMissing = new long[feature.length];
    whenNan = new long[feature.length];
    whenZero = new long[feature.length];
    zeroMax = floats ? 0 : Double.doubleToRawLongBits(TreeEnsemble.ZERO_THRESHOLD);
    columns.forEach((id, column) -> {
      int missing = (int) (id & 0xff);
      int type = missing & TreeEnsemble.MISSING_TYPE;
      feature[column] = (int) (id >> Byte.SIZE);
      whenMissing[column] =
          (missing & TreeEnsemble.DEFAULT_LEFT) != 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
      whenNan[column] = floats || type != TreeEnsemble.MISSING_NONE ? -1 : 0;
      whenZero[column] = !floats && type == TreeEnsemble.MISSING_ZERO ? -1 : 0;
    });
  }

  private static long id(TreeEnsemble trees, int split) {
    byte flags = trees.missing[split];
    boolean hasDefault = (flags & TreeEnsemble.MISSING_TYPE) != TreeEnsemble.MISSING_NONE;
    return (long) trees.feature[split] << Byte.SIZE
        | (hasDefault ? flags : TreeEnsemble.MISSING_NONE);
  }

  int size() {
    return feature.length;
  }

  long memoryBytes() {
    return (Integer.BYTES + 3L * Long.BYTES) * feature.length;
  }

  /** The column that a split compares. */
  int of(TreeEnsemble trees, int split) {
    Integer column = columns.get(id(trees, split));
    if (column == null) {
      throw new IllegalArgumentException("node " + split + " is no split of this model");
    }
    return column;
  }

  /** The greatest key that a split sends to the left. */
  static long greatestLeft(TreeEnsemble trees, int split) {
    // XGBoost's left is x < threshold, LightGBM's x ≤ threshold.
    long key = key(trees.threshold[split]);
    return trees.floats ? key - 1 : key;
  }

  /**
   * Turns a row into keys, without a branch: which values are missing is not to be guessed.
   *
   * @param from where it begins in the values
   * @param keys one for each column
   */
  void fill(double[] values, int from, long[] keys) {
    for (int c = 0; c < feature.length; c++) {
      double x = values[from + feature[c]];
      long bits = Double.doubleToRawLongBits(floats ? (float) x : x);
      long size = bits & Long.MAX_VALUE;
      // All ones if so, else none.
      long isZero = (size - zeroMax - 1) >> 63;
      long isNan = (INFINITY - size) >> 63;
      long isMissing = isNan & whenNan[c] | isZero & whenZero[c];
      long key = inOrder(bits & ~(isZero | isNan));
      keys[c] = key & ~isMissing | whenMissing[c] & isMissing;
    }
  }

  /** A whole number in the order of the values; equal for both zeros. */
  static long key(double x) {
    return inOrder(Double.doubleToRawLongBits(x + 0.0));
  }

  private static long inOrder(long bits) {
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }
}
