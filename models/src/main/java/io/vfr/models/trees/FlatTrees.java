package io.vfr.models.trees;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A tree ensemble laid out to be walked without a branch that depends on data. Immutable and
 * thread-safe.
 *
 * <p>A value becomes a whole number in the order of the values, one for each way in which the
 * model's splits treat zeros and missing values: a <em>column</em>. What is missing becomes the
 * least or the greatest number, so that the comparison sends it the default way. The children of a
 * split stand side by side and a step adds 0 or 1 to the left one's index; a leaf is its own left
 * child, so all paths of a tree take as many steps as its longest.
 */
public final class FlatTrees {
  private static final int COLUMN_SHIFT = 32;

  /** Trees that are walked at once. */
  private static final int ABREAST = 4;

  private final int inputs;
  private final int outputs;
  private final boolean floats;
  private final boolean complete;
  private final double[] base;
  private final int[] group;
  private final int[] root;
  private final int[] depth;

  /** The longest path of each {@link #ABREAST} trees. */
  private final int[] depthAbreast;

  /** Greatest key that goes left, by node; of a leaf the greatest there is. */
  private final long[] threshold;

  /** Column in the upper half, left child in the lower, by node. */
  private final long[] split;

  /** By node; in a split the expectation over the training rows that reached it. */
  private final double[] value;

  private final int[] columnFeature;
  private final byte[] columnMissing;

  /** Lays out an ensemble. */
  public FlatTrees(TreeEnsemble trees) {
    inputs = trees.inputs;
    outputs = trees.outputs;
    floats = trees.floats;
    base = trees.base;
    group = trees.group;
    Builder builder = new Builder(trees);
    root = new int[trees.root.length];
    depth = new int[root.length];
    for (int t = 0; t < root.length; t++) {
      builder.add(t);
      root[t] = builder.treeRoot;
      depth[t] = builder.treeDepth;
    }
    depthAbreast = new int[root.length / ABREAST];
    for (int t = 0; t < depthAbreast.length * ABREAST; t++) {
      depthAbreast[t / ABREAST] = Math.max(depthAbreast[t / ABREAST], depth[t]);
    }
    complete = !builder.categorical;
    threshold = builder.threshold;
    split = builder.split;
    value = builder.value;
    columnFeature = new int[builder.columns.size()];
    columnMissing = new byte[columnFeature.length];
    builder.columns.forEach((key, column) -> {
      columnFeature[column] = (int) (key >> Byte.SIZE);
      columnMissing[column] = (byte) (key & 0xff);
    });
  }

  /** Whether every split could be laid out; sets of categories cannot. */
  public boolean isComplete() {
    return complete;
  }

  /** The bytes of the arrays. */
  public long memoryBytes() {
    return 3L * Long.BYTES * split.length
        + 2L * Integer.BYTES * root.length
        + (Integer.BYTES + 1L) * columnFeature.length;
  }

  /**
   * An evaluator for one thread.
   *
   * @throws IllegalStateException if the layout is not complete
   */
  public MarginEvaluator newEvaluator() {
    return evaluator();
  }

  /** The same, for who walks the paths of rows. */
  Evaluator evaluator() {
    if (!complete) {
      throw new IllegalStateException("there are categorical splits");
    }
    return new Evaluator();
  }

  /** A whole number in the order of the values; equal for both zeros. */
  static long key(double x) {
    long bits = Double.doubleToRawLongBits(x + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  /** Walks rows down the trees, for one thread. */
  final class Evaluator implements MarginEvaluator {
    private final long[] keys = new long[Math.max(1, columnFeature.length)];

    /** Where the trees stand that are walked at once. */
    private final int[] at = new int[ABREAST];

    @Override
    public void margins(double[] rows, int row, double[] out) {
      fill(rows, row * inputs);
      int to = row * outputs;
      if (outputs == 1) {
        out[to] = floats ? sumFloats() : sum();
        return;
      }
      System.arraycopy(base, 0, out, to, outputs);
      for (int t = 0; t < root.length; t++) {
        double sum = out[to + group[t]] + value[leaf(t)];
        out[to + group[t]] = floats ? (float) sum : sum;
      }
    }

    /**
     * Adds to each feature what the expectation changes by at its splits on a row's paths, times
     * the weight of the tree's output.
     *
     * @param weights weight of each output; of one that is 0 no tree is walked
     */
    void addChanges(double[] row, double[] weights, double[] out) {
      fill(row, 0);
      for (int t = 0; t < root.length; t++) {
        double weight = weights[group[t]];
        if (weight == 0) {
          continue;
        }
        int node = root[t];
        for (int step = depth[t]; step > 0; step--) {
          long here = split[node];
          int column = (int) (here >>> COLUMN_SHIFT);
          int next = (int) here + (keys[column] > threshold[node] ? 1 : 0);
          // At a leaf, which is its own child, nothing changes.
          out[columnFeature[column]] += weight * (value[next] - value[node]);
          node = next;
        }
      }
    }

    private void fill(double[] rows, int from) {
      for (int c = 0; c < keys.length && c < columnFeature.length; c++) {
        double x = rows[from + columnFeature[c]];
        keys[c] = floats ? floatKey(x, columnMissing[c]) : doubleKey(x, columnMissing[c]);
      }
    }

    private float sumFloats() {
      float sum = (float) base[0];
      int t = 0;
      for (; t + ABREAST <= root.length; t += ABREAST) {
        walk(t);
        for (int node : at) {
          sum += (float) value[node];
        }
      }
      for (; t < root.length; t++) {
        sum += (float) value[leaf(t)];
      }
      return sum;
    }

    private double sum() {
      double sum = base[0];
      int t = 0;
      for (; t + ABREAST <= root.length; t += ABREAST) {
        walk(t);
        for (int node : at) {
          sum += value[node];
        }
      }
      for (; t < root.length; t++) {
        sum += value[leaf(t)];
      }
      return sum;
    }

    /** Walks {@link #ABREAST} trees at once: each step waits for the one before it, of its tree. */
    private void walk(int first) {
      int a = root[first];
      int b = root[first + 1];
      int c = root[first + 2];
      int d = root[first + 3];
      for (int step = depthAbreast[first / ABREAST]; step > 0; step--) {
        long fromA = split[a];
        long fromB = split[b];
        long fromC = split[c];
        long fromD = split[d];
        a = (int) fromA + (keys[(int) (fromA >>> COLUMN_SHIFT)] > threshold[a] ? 1 : 0);
        b = (int) fromB + (keys[(int) (fromB >>> COLUMN_SHIFT)] > threshold[b] ? 1 : 0);
        c = (int) fromC + (keys[(int) (fromC >>> COLUMN_SHIFT)] > threshold[c] ? 1 : 0);
        d = (int) fromD + (keys[(int) (fromD >>> COLUMN_SHIFT)] > threshold[d] ? 1 : 0);
      }
      at[0] = a;
      at[1] = b;
      at[2] = c;
      at[3] = d;
    }

    private int leaf(int tree) {
      int node = root[tree];
      for (int step = depth[tree]; step > 0; step--) {
        long here = split[node];
        node = (int) here + (keys[(int) (here >>> COLUMN_SHIFT)] > threshold[node] ? 1 : 0);
      }
      return node;
    }
  }

  private static long missing(byte flags) {
    return (flags & TreeEnsemble.DEFAULT_LEFT) != 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static long floatKey(double x, byte flags) {
    return Double.isNaN(x) ? missing(flags) : key((float) x);
  }

  private static long doubleKey(double x, byte flags) {
    double seen = Math.abs(x) <= TreeEnsemble.ZERO_THRESHOLD ? 0 : x;
    int type = flags & TreeEnsemble.MISSING_TYPE;
    if (type == TreeEnsemble.MISSING_NAN) {
      return Double.isNaN(seen) ? missing(flags) : key(seen);
    }
    if (Double.isNaN(seen)) {
      seen = 0;
    }
    return type == TreeEnsemble.MISSING_ZERO && seen == 0 ? missing(flags) : key(seen);
  }

  /** Copies one tree after the other, level by level. */
  private static final class Builder {
    private final TreeEnsemble trees;
    private final long[] threshold;
    private final long[] split;
    private final double[] value;
    private final Map<Long, Integer> columns = new HashMap<>();
    private boolean categorical;
    private int size;
    private int treeRoot;
    private int treeDepth;

    Builder(TreeEnsemble trees) {
      this.trees = trees;
      threshold = new long[trees.nodes()];
      split = new long[trees.nodes()];
      value = new double[trees.nodes()];
    }

    void add(int tree) {
      treeRoot = size++;
      treeDepth = 0;
      int[] from = {trees.root[tree]};
      int[] to = {treeRoot};
      while (true) {
        int[] nextFrom = new int[2 * from.length];
        int[] nextTo = new int[nextFrom.length];
        int next = 0;
        for (int i = 0; i < from.length; i++) {
          int node = from[i];
          if (trees.left[node] == TreeEnsemble.LEAF) {
            leaf(node, to[i]);
            continue;
          }
          split(node, to[i]);
          nextFrom[next] = trees.left[node];
          nextTo[next++] = size++;
          nextFrom[next] = trees.right[node];
          nextTo[next++] = size++;
        }
        if (next == 0) {
          return;
        }
        treeDepth++;
        from = Arrays.copyOf(nextFrom, next);
        to = Arrays.copyOf(nextTo, next);
      }
    }

    private void leaf(int node, int at) {
      threshold[at] = Long.MAX_VALUE;
      split[at] = at;
      value[at] = trees.value[node];
    }

    /** The left child is the next node that is given out. */
    private void split(int node, int at) {
      byte flags = trees.missing[node];
      categorical |= flags == TreeEnsemble.CATEGORICAL;
      boolean hasDefault = (flags & TreeEnsemble.MISSING_TYPE) != TreeEnsemble.MISSING_NONE;
      byte kind = hasDefault ? flags : TreeEnsemble.MISSING_NONE;
      long column =
          columns.computeIfAbsent(
              (long) trees.feature[node] << Byte.SIZE | kind, key -> columns.size());
      // XGBoost's left is x < threshold, LightGBM's x ≤ threshold.
      long last = key(trees.threshold[node]);
      threshold[at] = trees.floats ? last - 1 : last;
      value[at] = trees.value[node];
      split[at] = column << COLUMN_SHIFT | size;
    }
  }
}
