package io.vfr.models.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads LightGBM's text model format (version v3 and v4). */
public final class LightGbmTrees {
  /** A set of categories is below 1 MiB: more than 8 million categories are no feature. */
  private static final int CATEGORY_WORDS_MAX = 1 << 18;

  private LightGbmTrees() {}

  /**
   * Parses a model.
   *
   * @throws TreeFormatException if it is malformed, a random forest, or has linear trees
   */
  public static TreeEnsemble parse(String text) throws TreeFormatException {
    return parse(LightGbmText.read(text));
  }

  /** Parses a model whose sections are read. */
  public static TreeEnsemble parse(LightGbmText text) throws TreeFormatException {
    Map<String, String> header = text.header();
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
    int trees = text.trees().size();
    int[] groups = new int[trees];
    List<RawTree> raw = new ArrayList<>(trees);
    for (int t = 0; t < trees; t++) {
      groups[t] = t % perIteration;
      raw.add(tree(text.trees().get(t)));
    }
    return TreeEnsemble.of(inputs, false, new double[perIteration], groups, raw, text.objective());
  }

  private static RawTree tree(Map<String, String> fields) throws TreeFormatException {
    int leaves = integer(fields, "num_leaves");
    if (leaves < 1 || leaves > 1 << 20) {
      throw TreeFormatException.malformed("num_leaves is " + leaves);
    }
    if (!fields.getOrDefault("is_linear", "0").equals("0")) {
      throw TreeFormatException.unsupported("linear trees are not supported");
    }
    int splits = leaves - 1;
    int categories = fields.containsKey("num_cat") ? integer(fields, "num_cat") : 0;
    if (categories < 0 || categories > splits) {
      throw TreeFormatException.malformed(
          "num_cat is " + categories + "; it must be 0 to the number of splits, " + splits);
    }
    int nodes = splits + leaves;
    double[] leafValue = numbers(fields, "leaf_value", leaves);
    // A tree that is one leaf carries no counts.
    int[] leafCount = splits == 0 ? new int[1] : integers(fields, "leaf_count", leaves);
    int[] splitFeature = integers(fields, "split_feature", splits);
    double[] splitThreshold = numbers(fields, "threshold", splits);
    int[] decision = integers(fields, "decision_type", splits);
    int[] leftChild = integers(fields, "left_child", splits);
    int[] rightChild = integers(fields, "right_child", splits);
    RawTree tree =
        new RawTree(
            new int[nodes],
            new double[nodes],
            new byte[nodes],
            new int[nodes],
            new int[nodes],
            new double[nodes],
            new double[nodes],
            categories == 0 ? new int[0][] : new int[nodes][]);
    for (int i = 0; i < splits; i++) {
      tree.feature()[i] = splitFeature[i];
      tree.threshold()[i] = splitThreshold[i];
      tree.missing()[i] = flags(decision[i]);
      if (tree.missing()[i] == TreeEnsemble.CATEGORICAL && categories == 0) {
        throw TreeFormatException.malformed("split " + i + " is categorical, but num_cat is 0");
      }
      tree.left()[i] = node(leftChild[i], splits);
      tree.right()[i] = node(rightChild[i], splits);
    }
    if (categories > 0) {
      categories(tree, fields, splits, categories);
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
  private static int node(int child, int splits) {
    return child >= 0 ? child : splits + (-1 - child);
  }

  /**
   * Hands each categorical split its set: its threshold is the set's number, cat_boundaries says
   * which words of cat_threshold make up that set, bit k of word w standing for category 32w + k.
   */
  private static void categories(RawTree tree, Map<String, String> fields, int splits, int sets)
      throws TreeFormatException {
    int[] boundaries = integers(fields, "cat_boundaries", sets + 1);
    int count = boundaries[sets];
    for (int s = 0; s < sets; s++) {
      if (boundaries[0] != 0 || boundaries[s + 1] < boundaries[s] || count > CATEGORY_WORDS_MAX) {
        throw TreeFormatException.malformed("cat_boundaries is out of order or out of range");
      }
    }
    int[] words = words(fields, count);
    for (int i = 0; i < tree.nodes(); i++) {
      tree.categories()[i] = new int[0];
      if (i < splits && tree.missing()[i] == TreeEnsemble.CATEGORICAL) {
        double set = tree.threshold()[i];
        if (!(set >= 0 && set < sets)) {
          throw TreeFormatException.malformed(
              "split " + i + " uses the set of categories " + set + "; there are " + sets);
        }
        tree.categories()[i] =
            Arrays.copyOfRange(words, boundaries[(int) set], boundaries[(int) set + 1]);
      }
    }
  }

  private static byte flags(int decision) throws TreeFormatException {
    if ((decision & 1) != 0) {
      return TreeEnsemble.CATEGORICAL;
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

  /** Whole numbers only: the library would read 1e3 as 1. */
  private static int[] integers(Map<String, String> fields, String field, int length)
      throws TreeFormatException {
    String[] parts = parts(fields, field, length);
    int[] values = new int[length];
    for (int i = 0; i < length; i++) {
      try {
        values[i] = Integer.parseInt(parts[i]);
      } catch (NumberFormatException e) {
        throw notNumber(field, i, parts[i], "a whole number");
      }
    }
    return values;
  }

  private static int[] words(Map<String, String> fields, int length) throws TreeFormatException {
    String[] parts = parts(fields, "cat_threshold", length);
    int[] values = new int[length];
    for (int i = 0; i < length; i++) {
      try {
        values[i] = Integer.parseUnsignedInt(parts[i]);
      } catch (NumberFormatException e) {
        throw notNumber("cat_threshold", i, parts[i], "an unsigned 32-bit number");
      }
    }
    return values;
  }

  private static double[] numbers(Map<String, String> fields, String field, int length)
      throws TreeFormatException {
    String[] parts = parts(fields, field, length);
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
        throw notNumber(field, i, parts[i], "a number");
      }
    }
    return values;
  }

  private static String[] parts(Map<String, String> fields, String field, int length)
      throws TreeFormatException {
    String text = fields.getOrDefault(field, "").strip();
    String[] parts = text.isEmpty() ? new String[0] : text.split(" +");
    if (parts.length != length) {
      throw TreeFormatException.malformed(
          field + " has " + parts.length + " values; it must have " + length);
    }
    return parts;
  }

  private static TreeFormatException notNumber(String field, int i, String text, String allowed) {
    return TreeFormatException.malformed(field + "[" + i + "] is \"" + text + "\", not " + allowed);
  }
}
