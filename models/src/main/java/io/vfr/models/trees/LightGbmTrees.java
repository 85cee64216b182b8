package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads LightGBM's text model format (version v3 and v4). */
public final class LightGbmTrees {
  private LightGbmTrees() {}

  /**
   * Parses a model.
   *
   * @throws TreeFormatException if it is malformed or has categorical or linear trees
   */
  public static TreeEnsemble parse(String text) throws TreeFormatException {
    List<Map<String, String>> sections = sections(text);
    Map<String, String> header = sections.getFirst();
    if (!header.containsKey("tree") || !header.getOrDefault("version", "").matches("v[34]")) {
      throw TreeFormatException.malformed("the artifact is not a LightGBM text model v3 or v4");
    }
    if (header.containsKey("average_output")) {
      throw TreeFormatException.unsupported("random forests are not supported");
    }
    int inputs = integer(header, "max_feature_idx") + 1;
    int perIteration = integer(header, "num_tree_per_iteration");
    if (inputs < 1 || inputs > 1 << 16 || perIteration < 1 || perIteration > 1000) {
      throw TreeFormatException.malformed(
          "max_feature_idx or num_tree_per_iteration is out of range");
    }
    int trees = sections.size() - 1;
    String sizes = header.get("tree_sizes");
    int announced = sizes == null || sizes.isBlank() ? 0 : sizes.strip().split(" +").length;
    if (announced != trees) {
      throw TreeFormatException.malformed(
          "tree_sizes announces " + announced + " trees, the artifact holds " + trees);
    }
    int[] groups = new int[trees];
    List<RawTree> raw = new ArrayList<>(trees);
    for (int t = 0; t < trees; t++) {
      groups[t] = t % perIteration;
      raw.add(tree(sections.get(t + 1)));
    }
    return TreeEnsemble.of(
        inputs, false, new double[perIteration], groups, raw, header.getOrDefault("objective", ""));
  }

  /** The header and one section for each tree, as key=value maps. */
  private static List<Map<String, String>> sections(String text) throws TreeFormatException {
    List<Map<String, String>> sections = new ArrayList<>();
    sections.add(new HashMap<>());
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.equals("end of trees")) {
        return sections;
      }
      if (line.startsWith("Tree=")) {
        sections.add(new HashMap<>());
      }
      int equals = line.indexOf('=');
      if (equals >= 0) {
        sections.getLast().put(line.substring(0, equals), line.substring(equals + 1));
      } else if (!line.isBlank()) {
        sections.getLast().put(line.strip(), "");
      }
    }
    throw TreeFormatException.malformed("the artifact ends before \"end of trees\"");
  }

  private static RawTree tree(Map<String, String> fields) throws TreeFormatException {
    int leaves = integer(fields, "num_leaves");
    if (leaves < 1 || leaves > 1 << 20) {
      throw TreeFormatException.malformed("num_leaves is " + leaves);
    }
    if (!fields.getOrDefault("num_cat", "0").equals("0")) {
      throw TreeFormatException.unsupported("categorical splits are not supported");
    }
    if (!fields.getOrDefault("is_linear", "0").equals("0")) {
      throw TreeFormatException.unsupported("linear trees are not supported");
    }
    int splits = leaves - 1;
    int nodes = splits + leaves;
    double[] leafValue = numbers(fields, "leaf_value", leaves);
    // A tree that is one leaf carries no counts.
    double[] leafCount = splits == 0 ? new double[1] : numbers(fields, "leaf_count", leaves);
    double[] splitFeature = numbers(fields, "split_feature", splits);
    double[] splitThreshold = numbers(fields, "threshold", splits);
    double[] decision = numbers(fields, "decision_type", splits);
    double[] leftChild = numbers(fields, "left_child", splits);
    double[] rightChild = numbers(fields, "right_child", splits);
    RawTree tree =
        new RawTree(
            new int[nodes],
            new double[nodes],
            new byte[nodes],
            new int[nodes],
            new int[nodes],
            new double[nodes],
            new double[nodes]);
    for (int i = 0; i < splits; i++) {
      tree.feature()[i] = (int) splitFeature[i];
      tree.threshold()[i] = splitThreshold[i];
      tree.missing()[i] = flags((int) decision[i]);
      tree.left()[i] = node(leftChild[i], splits);
      tree.right()[i] = node(rightChild[i], splits);
    }
    for (int i = 0; i < leaves; i++) {
      int node = splits + i;
      tree.left()[node] = TreeEnsemble.LEAF;
      tree.leaf()[node] = leafValue[i];
      tree.cover()[node] = leafCount[i];
    }
    return tree(tree, splits);
  }

  /** Sums the leaves' rows up the tree; a parent stands before its children in LightGBM's order. */
  private static RawTree tree(RawTree tree, int splits) throws TreeFormatException {
    for (int i = splits - 1; i >= 0; i--) {
      int left = tree.left()[i];
      int right = tree.right()[i];
      if (left <= i || right <= i || left >= tree.nodes() || right >= tree.nodes()) {
        throw TreeFormatException.malformed("a child of split " + i + " is out of range");
      }
      tree.cover()[i] = tree.cover()[left] + tree.cover()[right];
    }
    return tree;
  }

  /** Splits keep their number; leaf k is written as −1 − k. */
  private static int node(double child, int splits) {
    return child >= 0 ? (int) child : splits + (-1 - (int) child);
  }

  private static byte flags(int decision) throws TreeFormatException {
    if ((decision & 1) != 0) {
      throw TreeFormatException.unsupported("categorical splits are not supported");
    }
    byte type =
        switch ((decision >> 2) & 3) {
          case 0 -> TreeEnsemble.MISSING_NONE;
          case 1 -> TreeEnsemble.MISSING_ZERO;
          case 2 -> TreeEnsemble.MISSING_NAN;
          default -> throw TreeFormatException.malformed("decision_type is " + decision);
        };
    return (decision & 2) != 0 ? (byte) (type | TreeEnsemble.DEFAULT_LEFT) : type;
  }

  private static int integer(Map<String, String> fields, String field) throws TreeFormatException {
    String text = fields.getOrDefault(field, "");
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw TreeFormatException.malformed(field + " is \"" + text + "\", not a whole number");
    }
  }

  private static double[] numbers(Map<String, String> fields, String field, int length)
      throws TreeFormatException {
    if (length == 0) {
      return new double[0];
    }
    String[] parts = fields.getOrDefault(field, "").strip().split(" +");
    if (parts.length != length) {
      throw TreeFormatException.malformed(
          field + " has " + parts.length + " values; it must have " + length);
    }
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      try {
        values[i] =
            switch (parts[i]) {
              case "inf" -> Double.POSITIVE_INFINITY;
              case "-inf" -> Double.NEGATIVE_INFINITY;
              default -> Double.parseDouble(parts[i]);
            };
      } catch (NumberFormatException e) {
        throw TreeFormatException.malformed(
            field + "[" + i + "] is \"" + parts[i] + "\", not a number");
      }
    }
    return values;
  }
}
