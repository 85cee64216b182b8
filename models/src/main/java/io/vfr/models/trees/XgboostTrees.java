package io.vfr.models.trees;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads XGBoost's JSON model format (the schema in its documentation, versions 1 to 3). */
public final class XgboostTrees {
  private static final ObjectMapper JSON = new ObjectMapper();

  private XgboostTrees() {}

  /**
   * Parses a model.
   *
   * @throws TreeFormatException if it is malformed, or no plain numeric gbtree
   */
  public static TreeEnsemble parse(byte[] json) throws TreeFormatException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw TreeFormatException.malformed(
          "the artifact is not XGBoost JSON (binary formats are not read; save it as .json): "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw TreeFormatException.malformed("the artifact cannot be read: " + e.getMessage());
    }
    JsonNode learner = object(root, "learner");
    JsonNode booster = object(learner, "gradient_booster");
    String name = booster.path("name").asText();
    if (!name.equals("gbtree")) {
      throw TreeFormatException.unsupported(
          "booster " + name + " is not supported; only gbtree is");
    }
    JsonNode params = object(learner, "learner_model_param");
    int inputs = integer(params, "num_feature");
    int classes = integer(params, "num_class");
    if (params.path("num_target").asInt(1) > 1) {
      throw TreeFormatException.unsupported("models with several targets are not supported");
    }
    if (inputs < 1 || inputs > 1 << 16 || classes < 0 || classes > 1000) {
      throw TreeFormatException.malformed("num_feature " + inputs + ", num_class " + classes);
    }
    String objective = object(learner, "objective").path("name").asText();
    double base = baseMargin(params.path("base_score").asText(), objective);
    double[] bases = new double[Math.max(1, classes)];
    Arrays.fill(bases, base);
    JsonNode model = object(booster, "model");
    int[] groups = integers(model, "tree_info");
    JsonNode nodes = model.path("trees");
    if (!nodes.isArray() || nodes.size() != groups.length) {
      throw TreeFormatException.malformed("trees and tree_info differ in length");
    }
    List<RawTree> trees = new ArrayList<>(nodes.size());
    for (JsonNode tree : nodes) {
      trees.add(tree(tree));
    }
    return TreeEnsemble.of(inputs, true, bases, groups, trees, objective);
  }

  private static RawTree tree(JsonNode tree) throws TreeFormatException {
    int[] left = integers(tree, "left_children");
    int[] right = integers(tree, "right_children");
    int[] feature = integers(tree, "split_indices");
    double[] conditions = numbers(tree, "split_conditions");
    double[] cover = numbers(tree, "sum_hessian");
    int[] defaultLeft = integers(tree, "default_left");
    for (int type : tree.has("split_type") ? integers(tree, "split_type") : new int[0]) {
      if (type != 0) {
        throw TreeFormatException.unsupported("categorical splits are not supported");
      }
    }
    int nodes = left.length;
    if (right.length != nodes
        || feature.length != nodes
        || conditions.length != nodes
        || cover.length != nodes
        || defaultLeft.length != nodes) {
      throw TreeFormatException.malformed("the arrays of a tree differ in length");
    }
    for (int i = 0; i < nodes; i++) {
      // The shortest decimal of a float32 is another double.
      conditions[i] = (float) conditions[i];
    }
    byte[] missing = new byte[nodes];
    for (int i = 0; i < nodes; i++) {
      missing[i] = TreeEnsemble.MISSING_NAN;
      if (defaultLeft[i] != 0) {
        missing[i] |= TreeEnsemble.DEFAULT_LEFT;
      }
    }
    return new RawTree(feature, conditions, missing, left, right, conditions, cover, new int[0][]);
  }

  /** XGBoost stores the base score as a prediction; trees add to its margin. */
  private static double baseMargin(String text, String objective) throws TreeFormatException {
    String number =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    float base;
    try {
      base = Float.parseFloat(number);
    } catch (NumberFormatException e) {
      throw TreeFormatException.unsupported("base_score " + text + " is not one number");
    }
    if (objective.equals("binary:logistic")) {
      base = (float) -Math.log(1f / base - 1f);
    }
    if (!Float.isFinite(base)) {
      throw TreeFormatException.malformed("base_score " + text + " has no finite margin");
    }
    return base;
  }

  private static JsonNode object(JsonNode parent, String field) throws TreeFormatException {
    JsonNode node = parent.path(field);
    if (!node.isObject()) {
      throw TreeFormatException.malformed("the artifact has no object " + field);
    }
    return node;
  }

  /** Whole numbers among the parameters are written as text. */
  private static int integer(JsonNode parent, String field) throws TreeFormatException {
    String text = parent.path(field).asText();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw TreeFormatException.malformed(field + " is \"" + text + "\", not a whole number");
    }
  }

  private static int[] integers(JsonNode parent, String field) throws TreeFormatException {
    double[] numbers = numbers(parent, field);
    int[] values = new int[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) numbers[i];
      if (values[i] != numbers[i]) {
        throw TreeFormatException.malformed(field + "[" + i + "] is not a whole number");
      }
    }
    return values;
  }

  private static double[] numbers(JsonNode parent, String field) throws TreeFormatException {
    JsonNode array = parent.path(field);
    if (!array.isArray()) {
      throw TreeFormatException.malformed("a tree has no array " + field);
    }
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode node = array.get(i);
      if (!node.isNumber() && !node.isBoolean()) {
        throw TreeFormatException.malformed(field + "[" + i + "] is not a number");
      }
      values[i] = node.isBoolean() ? (node.booleanValue() ? 1 : 0) : node.doubleValue();
    }
    return values;
  }
}
