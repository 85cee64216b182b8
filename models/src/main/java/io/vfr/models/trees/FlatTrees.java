package io.vfr.models.trees;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tree ensemble laid out to be walked without a branch that depends on data. Immutable and
 * thread-safe.
 *
 * <p>Splits compare the keys of {@link InputColumns}. The children of a split stand side by side
 * and a step adds 0 or 1 to the left one's index; a leaf is its own left child, so all paths of a
 * tree take as many steps as its longest. Trees of like depth are walked at once, whatever their
 * order; their leaves are added in the trees' order.
 */
public final class FlatTrees {
  /** Trees that are walked at once: a step of one waits for the one before, so others fill in. */
  private static final int ABREAST = 8;

  private final int inputs;
  private final int outputs;
  private final boolean floats;
  private final boolean complete;
  private final double[] base;
  private final int[] group;
  private final InputColumns columns;

  /**
   * A node is two numbers: the greatest key that goes left, the column in the upper half of the
   * second, the left child in the lower one. Of a leaf the first is its value, and no key of its
   * column is greater than anything.
   */
  private final long[] nodes;

  /** By node: the feature of the split above, and what the expectation changes by below it. */
  private final int[] via;

  private final double[] change;

  /** The trees by depth, behind as many empty ones as fill a row of {@link #ABREAST}. */
  private final int[] tree;

  /** Their roots. */
  private final int[] root;

  /** The longest path of each {@link #ABREAST} trees, a row. */
  private final int[] depth;

  /** The steps of all rows. */
  private final int steps;

  /** By tree: its root, its longest path, and where its first visit is noted. */
  private final int[] rootOf;

  private final int[] depthOf;
  private final int[] firstVisit;

  /** Lays out an ensemble. */
  public FlatTrees(TreeEnsemble trees) {
    inputs = trees.inputs;
    outputs = trees.outputs;
    floats = trees.floats;
    base = trees.base;
    group = trees.group;
    columns = new InputColumns(trees);
    FlatNodes builder = new FlatNodes(trees, columns);
    int count = trees.trees();
    rootOf = new int[count];
    depthOf = new int[count];
    for (int t = 0; t < count; t++) {
      rootOf[t] = builder.add(t);
      depthOf[t] = builder.treeDepth;
    }
    int empty = builder.leaf(0);
    int rows = (count + ABREAST - 1) / ABREAST;
    int fill = rows * ABREAST - count;
    List<Integer> byDepth =
        IntStream.range(0, count).boxed().sorted(Comparator.comparingInt(t -> depthOf[t])).toList();
    tree = new int[rows * ABREAST];
    root = new int[tree.length];
    depth = new int[rows];
    for (int i = 0; i < tree.length; i++) {
      boolean isEmpty = i < fill;
      tree[i] = isEmpty ? count + i : byDepth.get(i - fill);
      root[i] = isEmpty ? empty : rootOf[tree[i]];
      depth[i / ABREAST] = isEmpty ? 0 : depthOf[tree[i]];
    }
    firstVisit = new int[count];
    int before = 0;
    for (int i = 0; i < rows; i++) {
      for (int place = 0; place < ABREAST; place++) {
        int of = tree[i * ABREAST + place];
        if (of < count) {
          firstVisit[of] = before * ABREAST + place;
        }
      }
      before += depth[i];
    }
    steps = before;
    complete = !builder.categorical;
    nodes = builder.nodes;
    via = builder.via;
    change = builder.change;
  }

  /** Whether every split could be laid out; sets of categories cannot. */
  public boolean isComplete() {
    return complete;
  }

  /** The bytes of the arrays. */
  public long memoryBytes() {
    return (long) Long.BYTES * (nodes.length + change.length)
        + (long) Integer.BYTES * (via.length + 2 * tree.length + depth.length + 3 * rootOf.length)
        + columns.memoryBytes();
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

  /** Walks rows down the trees, for one thread. */
  final class Evaluator implements MarginEvaluator {
    /** By column; the last one is the leaves'. */
    private final long[] keys = new long[columns.size() + 1];

    /** By tree: the value of the leaf that the row comes to. */
    private final double[] leaf = new double[tree.length];

    /** By step of each row of trees, tree by tree: the node behind it. */
    private final int[] visited = new int[ABREAST * steps];

    Evaluator() {
      keys[columns.size()] = Long.MIN_VALUE;
    }

    @Override
    public void margins(double[] rows, int row, double[] out) {
      columns.fill(rows, row * inputs, keys);
      for (int i = 0; i < depth.length; i++) {
        walk(i);
      }
      int to = row * outputs;
      if (outputs == 1) {
        out[to] = floats ? sumFloats() : sum();
        return;
      }
      System.arraycopy(base, 0, out, to, outputs);
      for (int t = 0; t < group.length; t++) {
        double sum = out[to + group[t]] + leaf[t];
        out[to + group[t]] = floats ? (float) sum : sum;
      }
    }

    private float sumFloats() {
      float sum = (float) base[0];
      for (int t = 0; t < group.length; t++) {
        sum += (float) leaf[t];
      }
      return sum;
    }

    private double sum() {
      double sum = base[0];
      for (int t = 0; t < group.length; t++) {
        sum += leaf[t];
      }
      return sum;
    }

    private void walk(int row) {
      long[] nodes = FlatTrees.this.nodes;
      long[] keys = this.keys;
      int first = row * ABREAST;
      int a = root[first];
      int b = root[first + 1];
      int c = root[first + 2];
      int d = root[first + 3];
      int e = root[first + 4];
      int f = root[first + 5];
      int g = root[first + 6];
      int h = root[first + 7];
      for (int step = depth[row]; step > 0; step--) {
        a = next(nodes, keys, a);
        b = next(nodes, keys, b);
        c = next(nodes, keys, c);
        d = next(nodes, keys, d);
        e = next(nodes, keys, e);
        f = next(nodes, keys, f);
        g = next(nodes, keys, g);
        h = next(nodes, keys, h);
      }
      leaf[tree[first]] = Double.longBitsToDouble(nodes[2 * a]);
      leaf[tree[first + 1]] = Double.longBitsToDouble(nodes[2 * b]);
      leaf[tree[first + 2]] = Double.longBitsToDouble(nodes[2 * c]);
      leaf[tree[first + 3]] = Double.longBitsToDouble(nodes[2 * d]);
      leaf[tree[first + 4]] = Double.longBitsToDouble(nodes[2 * e]);
      leaf[tree[first + 5]] = Double.longBitsToDouble(nodes[2 * f]);
      leaf[tree[first + 6]] = Double.longBitsToDouble(nodes[2 * g]);
      leaf[tree[first + 7]] = Double.longBitsToDouble(nodes[2 * h]);
    }

    private static int next(long[] nodes, long[] keys, int node) {
      long here = nodes[2 * node + 1];
      return (int) here + (keys[(int) (here >>> FlatNodes.COLUMN_SHIFT)] > nodes[2 * node] ? 1 : 0);
    }

    /**
     * Adds to each feature what the expectation changes by at its splits on a row's paths, times
     * the weight of the tree's output.
     *
     * @param weights weight of each output
     */
    void addChanges(double[] row, double[] weights, double[] out) {
      columns.fill(row, 0, keys);
      int to = 0;
      for (int i = 0; i < depth.length; i++) {
        to = visit(i, to);
      }
      for (int t = 0; t < group.length; t++) {
        double weight = weights[group[t]];
        if (weight != 0) {
          addChanges(t, weight, out);
        }
      }
    }

    private void addChanges(int t, double weight, double[] out) {
      int node = rootOf[t];
      int at = firstVisit[t];
      for (int step = depthOf[t]; step > 0; step--) {
        int next = visited[at];
        if (next == node) {
          // A leaf.
          return;
        }
        out[via[next]] += weight * change[next];
        node = next;
        at += ABREAST;
      }
    }

    /** Walks as {@link #walk} does, and notes the nodes behind each step. */
    private int visit(int row, int from) {
      long[] nodes = FlatTrees.this.nodes;
      long[] keys = this.keys;
      int[] visited = this.visited;
      int first = row * ABREAST;
      int a = root[first];
      int b = root[first + 1];
      int c = root[first + 2];
      int d = root[first + 3];
      int e = root[first + 4];
      int f = root[first + 5];
      int g = root[first + 6];
      int h = root[first + 7];
      int to = from;
      for (int step = depth[row]; step > 0; step--) {
        a = next(nodes, keys, a);
        b = next(nodes, keys, b);
        c = next(nodes, keys, c);
        d = next(nodes, keys, d);
        e = next(nodes, keys, e);
        f = next(nodes, keys, f);
        g = next(nodes, keys, g);
        h = next(nodes, keys, h);
        visited[to] = a;
        visited[to + 1] = b;
        visited[to + 2] = c;
        visited[to + 3] = d;
        visited[to + 4] = e;
        visited[to + 5] = f;
        visited[to + 6] = g;
        visited[to + 7] = h;
        to += ABREAST;
      }
      return to;
    }
  }
}
