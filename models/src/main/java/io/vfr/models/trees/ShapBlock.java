package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Trees of one output and as many points that {@link TreeShap} walks at once, step by step of all:
 * then its loops are long, and a tree more costs no wrong guess of where one ends. Immutable and
 * thread-safe.
 *
 * <p>Splits stand in the order of the walk, and of four kinds, each in a run:
 *
 * <ol>
 *   <li>with a split below, and no input met twice from the root to them: <em>plain</em>;
 *   <li>other ones with a split below, those above before those below;
 *   <li><em>ends</em>, with two leaves below, whose input the path has not met;
 *   <li>ends whose input it has met.
 * </ol>
 *
 * <p>A branch has a number: first the tree's roots, then two for each split of the first two runs.
 */
final class ShapBlock {
  /** The output that the trees belong to. */
  final int group;

  final int trees;

  /** Where the runs end; the last one with the splits. */
  final int plain;

  final int inner;
  final int plainEnds;
  final int splits;

  /** By split: the column it compares, the greatest key that goes left. */
  final int[] column;

  final long[] greatestLeft;

  /** By split: the left branch's share of the training rows. */
  final double[] share;

  /** By split: the branch that leads to it. */
  final int[] branch;

  /** By end: the right leaf, and what the left one has more. */
  final double[] right;

  final double[] difference;

  /** Leaves beside a split: their branches, and values. */
  final int[] leafBranch;

  final double[] leafValue;

  /** By split of the second and fourth run: the branch of the same input above, or none. */
  final int[] same;

  /** And the product of the shares of that branch and those above it of the same input; or 1. */
  final double[] joint;

  /** The splits on sets of categories, and their nodes in the ensemble. */
  final int[] setSplit;

  final int[] setNode;

  /** Points and weights, in pairs: of an odd number the last has a second one without weight. */
  final double[] points;

  final double[] weights;

  /** Gathers trees with the same output and the same rule. */
  ShapBlock(
      ShapPaths.Nodes nodes, InputColumns columns, List<Integer> members, GaussLegendre rule) {
    TreeEnsemble ensemble = nodes.trees;
    group = ensemble.group[members.get(0)];
    trees = members.size();
    points = new double[(rule.points() + 1) / 2 * 2];
    weights = new double[points.length];
    for (int p = 0; p < points.length; p++) {
      points[p] = rule.node(Math.min(p, rule.points() - 1));
      weights[p] = p < rule.points() ? rule.weight(p) : 0;
    }
    Order order = new Order(nodes);
    for (int tree : members) {
      order.add(tree);
    }
    plain = order.runs.get(0).size();
    inner = plain + order.runs.get(1).size();
    plainEnds = inner + order.runs.get(2).size();
    List<Integer> split = new ArrayList<>();
    order.runs.forEach(split::addAll);
    splits = split.size();
    Map<Integer, Integer> branches = branches(ensemble, members, split.subList(0, inner));
    column = split.stream().mapToInt(node -> columns.of(ensemble, node)).toArray();
    greatestLeft =
        split.stream().mapToLong(node -> InputColumns.greatestLeft(ensemble, node)).toArray();
    share = split.stream().mapToDouble(node -> nodes.share[ensemble.left[node]]).toArray();
    branch = split.stream().mapToInt(branches::get).toArray();
    List<Integer> ends = split.subList(inner, splits);
    right = ends.stream().mapToDouble(node -> ensemble.value[ensemble.right[node]]).toArray();
    difference = ends.stream().mapToDouble(node -> difference(ensemble, node)).toArray();
    List<Integer> leaves =
        branches.keySet().stream()
            .filter(node -> ensemble.left[node] == TreeEnsemble.LEAF)
            .sorted()
            .toList();
    leafBranch = leaves.stream().mapToInt(branches::get).toArray();
    leafValue = leaves.stream().mapToDouble(node -> ensemble.value[node]).toArray();
    List<Integer> repeating = new ArrayList<>(order.runs.get(1));
    repeating.addAll(order.runs.get(3));
    same =
        repeating.stream()
            .mapToInt(node -> branches.getOrDefault(nodes.same[node], ShapPaths.NONE))
            .toArray();
    joint =
        repeating.stream()
            .mapToDouble(
                node -> nodes.same[node] == ShapPaths.NONE ? 1 : nodes.joint[nodes.same[node]])
            .toArray();
    setNode =
        split.stream()
            .filter(node -> ensemble.missing[node] == TreeEnsemble.CATEGORICAL)
            .mapToInt(node -> node)
            .toArray();
    setSplit = Arrays.stream(setNode).map(split::indexOf).toArray();
  }

  private static double difference(TreeEnsemble ensemble, int end) {
    return ensemble.value[ensemble.left[end]] - ensemble.value[ensemble.right[end]];
  }

  /** The branches' numbers, by node. */
  private static Map<Integer, Integer> branches(
      TreeEnsemble ensemble, List<Integer> members, List<Integer> inner) {
    Map<Integer, Integer> branches = new HashMap<>();
    members.forEach(tree -> branches.put(ensemble.root[tree], branches.size()));
    for (int node : inner) {
      branches.put(ensemble.left[node], branches.size());
      branches.put(ensemble.right[node], branches.size());
    }
    return branches;
  }

  /** Sorts splits into the four runs. */
  private static final class Order {
    private final ShapPaths.Nodes nodes;
    private final List<List<Integer>> runs =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    Order(ShapPaths.Nodes nodes) {
      this.nodes = nodes;
    }

    void add(int tree) {
      TreeEnsemble trees = nodes.trees;
      int root = trees.root[tree];
      boolean[] repeats = new boolean[trees.end(tree) - root];
      for (int node = root; node < trees.end(tree); node++) {
        int left = trees.left[node];
        if (left == TreeEnsemble.LEAF) {
          continue;
        }
        boolean met = nodes.same[node] != ShapPaths.NONE;
        repeats[node - root] = met || node != root && repeats[nodes.parent[node] - root];
        boolean end =
            trees.left[left] == TreeEnsemble.LEAF
                && trees.left[trees.right[node]] == TreeEnsemble.LEAF;
        boolean second = end ? met : repeats[node - root];
        runs.get((end ? 2 : 0) + (second ? 1 : 0)).add(node);
      }
    }
  }
}
