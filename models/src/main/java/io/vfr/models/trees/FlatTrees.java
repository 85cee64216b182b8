package io.vfr.models.trees;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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

  /** The trees by depth, behind as many empty ones as fill a row of {@link #ABREAST}. */
  private final int[] tree;

  /** Their roots. */
  private final int[] root;

  /** The longest path of each {@link #ABREAST} trees, a row. */
  private final int[] depth;

  private final TreeEnsemble trees;

  /** What path attribution looks up; null if it walks the nodes as they are. */
  private final @Nullable FlatPaths paths;

  /** Lays out an ensemble. */
  public FlatTrees(TreeEnsemble trees) {
    this.trees = trees;
    inputs = trees.inputs;
    outputs = trees.outputs;
    floats = trees.floats;
    base = trees.base;
    group = trees.group;
    columns = new InputColumns(trees);
    FlatNodes builder = new FlatNodes(trees, columns);
    int count = trees.trees();
    int[] rootOf = new int[count];
    int[] depthOf = new int[count];
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
    complete = !builder.categorical;
    nodes = builder.nodes;
    paths = complete ? FlatPaths.of(trees, depthOf, builder.place) : null;
  }

  /** Whether every split could be laid out; sets of categories cannot. */
  public boolean isComplete() {
    return complete;
  }

  /** The bytes of the arrays. */
  public long memoryBytes() {
    return (long) Long.BYTES * nodes.length
        + (long) Integer.BYTES * (2 * tree.length + depth.length)
        + (paths == null ? 0 : paths.memoryBytes())
        + columns.memoryBytes();
  }

  /**
   * An evaluator for one thread.
   *
   * @throws IllegalStateException if the layout is not complete
   */
  public MarginEvaluator newEvaluator() {
    if (!complete) {
      throw new IllegalStateException("there are categorical splits");
    }
    return new Evaluator();
  }

  /** Walks rows down the trees, for one thread. */
  private final class Evaluator implements MarginEvaluator {
    /** By column; the last one is the leaves'. */
    private final long[] keys = new long[columns.size() + 1];

    /** By tree: the leaf that the row comes to. */
    private final int[] reached = new int[tree.length];

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
        double sum = out[to + group[t]] + leaf(t);
        out[to + group[t]] = floats ? (float) sum : sum;
      }
    }

    private float sumFloats() {
      float sum = (float) base[0];
      for (int t = 0; t < group.length; t++) {
        sum += (float) leaf(t);
      }
      return sum;
    }

    private double sum() {
      double sum = base[0];
      for (int t = 0; t < group.length; t++) {
        sum += leaf(t);
      }
      return sum;
    }

    private double leaf(int t) {
      return Double.longBitsToDouble(nodes[2 * reached[t]]);
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
      reached[tree[first]] = a;
      reached[tree[first + 1]] = b;
      reached[tree[first + 2]] = c;
      reached[tree[first + 3]] = d;
      reached[tree[first + 4]] = e;
      reached[tree[first + 5]] = f;
      reached[tree[first + 6]] = g;
      reached[tree[first + 7]] = h;
    }

    private static int next(long[] nodes, long[] keys, int node) {
      long here = nodes[2 * node + 1];
      return (int) here + (keys[(int) (here >>> FlatNodes.COLUMN_SHIFT)] > nodes[2 * node] ? 1 : 0);
    }

    @Override
    public void addChanges(double[] rows, int row, double[] outputWeights, double[] out) {
      if (paths == null) {
        trees.addChanges(rows, row, outputWeights, out);
      } else {
        paths.addChanges(reached, outputWeights, out, row * inputs);
      }
    }
  }
}
