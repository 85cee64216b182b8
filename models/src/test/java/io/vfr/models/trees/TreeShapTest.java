package io.vfr.models.trees;

import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_CONTRIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.TestModels;
import io.vfr.models.train.LightGbmTrainer;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.train.XgboostTrainer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeShapTest {
  private static final Path REGISTRY = Path.of("registry");
  private static final int ROWS = 500;

  /** Of the largest contribution: what summing in double leaves between two orders of addition. */
  private static final double LIGHTGBM_TOLERANCE = 1e-12;

  /** XGBoost computes its paths in float32. */
  private static final double XGBOOST_TOLERANCE = 5e-6;

  /** Values around the model's own thresholds, so that every split is taken both ways. */
  private static double[] rows(TreeEnsemble trees, long seed) {
    Random random = new Random(seed);
    List<List<Double>> thresholds = new ArrayList<>();
    for (int i = 0; i < trees.inputs; i++) {
      thresholds.add(new ArrayList<>(List.of(0.0)));
    }
    for (int node = 0; node < trees.nodes(); node++) {
      if (trees.left[node] != TreeEnsemble.LEAF) {
        thresholds.get(trees.feature[node]).add(trees.threshold[node]);
      }
    }
    double[] rows = new double[ROWS * trees.inputs];
    for (int i = 0; i < rows.length; i++) {
      List<Double> own = thresholds.get(i % trees.inputs);
      double near = own.get(random.nextInt(own.size()));
      rows[i] =
          random.nextInt(5) == 0
              ? Double.NaN
              : (float) (near + 0.1 * random.nextGaussian() * Math.max(Math.abs(near), 1e-3));
    }
    return rows;
  }

  private static double[] row(double[] rows, int r, int inputs) {
    return Arrays.copyOfRange(rows, r * inputs, (r + 1) * inputs);
  }

  /** Compares with contributions laid out row by row, output by output, the bias last. */
  private static void assertEqualsNative(
      TreeEnsemble trees, double[] rows, double[] expected, double tolerance) {
    int inputs = trees.inputs();
    double[] margins = new double[trees.outputs()];
    double[] actual = new double[inputs];
    for (int o = 0; o < trees.outputs(); o++) {
      double[] weights = new double[trees.outputs()];
      weights[o] = 1;
      TreeShap shap = new TreeShap(trees, weights);
      for (int r = 0; r < ROWS; r++) {
        double[] row = row(rows, r, inputs);
        shap.contributions(row, actual);
        int from = (r * trees.outputs() + o) * (inputs + 1);
        double largest = 1e-3;
        for (int i = 0; i <= inputs; i++) {
          largest = Math.max(largest, Math.abs(expected[from + i]));
        }
        for (int i = 0; i < inputs; i++) {
          assertThat(actual[i])
              .as("row %d output %d input %d", r, o, i)
              .isCloseTo(expected[from + i], within(tolerance * largest));
        }
        assertThat(shap.bias()).isCloseTo(expected[from + inputs], within(tolerance * largest));
        trees.margins(row, margins);
        assertThat(shap.bias() + Arrays.stream(actual).sum())
            .as("row %d adds up", r)
            .isCloseTo(margins[o], within(tolerance * largest));
      }
    }
  }

  private static void assertEqualsXgboost(byte[] artifact, long seed) throws Exception {
    TreeEnsemble trees = XgboostTrees.parse(artifact);
    double[] rows = rows(trees, seed);
    float[] floats = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      floats[i] = (float) rows[i];
    }
    Booster booster = XGBoost.loadModel(artifact);
    DMatrix matrix = new DMatrix(floats, ROWS, trees.inputs(), Float.NaN);
    float[][] contributions = booster.predictContrib(matrix, 0);
    matrix.dispose();
    booster.dispose();
    double[] expected =
        Arrays.stream(contributions)
            .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]))
            .toArray();
    assertThat(expected).hasSize(ROWS * trees.outputs() * (trees.inputs() + 1));
    assertEqualsNative(trees, rows, expected, XGBOOST_TOLERANCE);
  }

  private static void assertEqualsLightGbm(String artifact, long seed) throws Exception {
    TreeEnsemble trees = LightGbmTrees.parse(artifact);
    double[] rows = rows(trees, seed);
    double[] expected =
        NativeLightGbm.predict(
            artifact,
            rows,
            trees.inputs(),
            trees.outputs() * (trees.inputs() + 1),
            C_API_PREDICT_CONTRIB);
    assertEqualsNative(trees, rows, expected, LIGHTGBM_TOLERANCE);
  }

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 51", "2, 52", "3, 53"})
  void contributions_xgboost_equalItsOwn(int classes, long seed) throws Exception {
    assertEqualsXgboost(TestModels.xgboost(seed, classes), seed);
  }

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 61", "2, 62", "3, 63"})
  void contributions_lightGbm_equalItsOwn(int classes, long seed) throws Exception {
    assertEqualsLightGbm(
        new String(TestModels.lightGbm(seed, classes), StandardCharsets.UTF_8), seed);
  }

  @Test
  void contributions_shippedModels_equalTheLibraries() throws Exception {
    assertEqualsXgboost(
        Files.readAllBytes(REGISTRY.resolve("mean-reversion-xgb-v2/2.1.0/model.json")), 71);
    assertEqualsLightGbm(
        Files.readString(REGISTRY.resolve("ensemble-meta-v4/4.0.0/model.txt")), 72);
  }

  /** Few inputs and deep trees: every path meets the same input again and again. */
  @Test
  void contributions_deepTreesOverFewInputs_equalTheLibraries() throws Exception {
    long seed = 81;
    double[] values = TestModels.rows(seed, 3000, 3);
    double[] labels = new double[3000];
    Random random = new Random(seed);
    for (int r = 0; r < labels.length; r++) {
      labels[r] = Math.sin(3 * values[3 * r]) + values[3 * r + 1] * random.nextDouble();
      labels[r] = Double.isNaN(labels[r]) ? 0.3 : labels[r];
    }
    TrainingMatrix matrix = new TrainingMatrix(values, 3, labels);
    assertEqualsXgboost(
        XgboostTrainer.train(
            matrix,
            Map.of("objective", "reg:squarederror", "max_depth", 10, "min_child_weight", 0),
            10,
            round -> {}),
        seed);
    assertEqualsLightGbm(
        LightGbmTrainer.train(
            matrix,
            Map.of(
                "objective", "regression",
                "num_leaves", 300,
                "min_data_in_leaf", 1,
                "bagging_fraction", 0.6,
                "bagging_freq", 1),
            10,
            round -> {}),
        seed);
  }

  /**
   * The definition itself: marginal contributions over all subsets, by the covers' expectations.
   */
  @ParameterizedTest
  @ValueSource(longs = {91, 92, 93, 94})
  void contributions_smallTrees_areTheShapleyValuesByDefinition(long seed) throws Exception {
    TreeEnsemble trees =
        seed % 2 == 0
            ? XgboostTrees.parse(TestModels.xgboost(seed, 0))
            : LightGbmTrees.parse(new String(TestModels.lightGbm(seed, 0), StandardCharsets.UTF_8));
    double[] rows = TestModels.rows(seed + 1, 30, TestModels.INPUTS);
    TreeShap shap = new TreeShap(trees, new double[] {1});
    double[] actual = new double[TestModels.INPUTS];
    for (int r = 0; r < 30; r++) {
      double[] row = row(rows, r, TestModels.INPUTS);
      shap.contributions(row, actual);
      double[] expected = byDefinition(trees, row);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).as("row %d input %d", r, i).isCloseTo(expected[i], within(1e-12));
      }
    }
  }

  /** Stumps, single leaves, lopsided and deep trees, few inputs, sets: more than one block. */
  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104})
  void contributions_treesOfAllShapes_areTheShapleyValuesByDefinition(long seed) throws Exception {
    boolean floats = seed % 2 == 0;
    TreeEnsemble trees = RandomTrees.of(seed, 150, 3, floats, !floats);
    double[] weights = {0.5, -2, 0};
    Random random = new Random(seed);
    TreeShap shap = new TreeShap(trees, weights);
    double[] actual = new double[RandomTrees.INPUTS];
    double[] margins = new double[3];
    for (int r = 0; r < 20; r++) {
      double[] row = RandomTrees.row(random);
      shap.contributions(row, actual);
      double[] expected = byDefinition(trees, row, weights);
      trees.margins(row, margins);
      assertThat(shap.bias() + Arrays.stream(actual).sum())
          .as("seed %d row %d adds up", seed, r)
          .isCloseTo(0.5 * margins[0] - 2 * margins[1], within(floats ? 1e-4 : 1e-11));
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i])
            .as("seed %d row %d input %d", seed, r, i)
            .isCloseTo(expected[i], within(1e-11));
      }
      double[] again = new double[RandomTrees.INPUTS];
      new TreeShap(trees, weights).contributions(row, again);
      assertThat(again).as("the same bits each time").containsExactly(actual);
    }
  }

  private static double[] byDefinition(TreeEnsemble trees, double[] row) {
    return byDefinition(trees, row, new double[] {1});
  }

  private static double[] byDefinition(TreeEnsemble trees, double[] row, double[] weights) {
    int n = row.length;
    double[] game = new double[1 << n];
    for (int known = 0; known < game.length; known++) {
      for (int t = 0; t < trees.trees(); t++) {
        game[known] += weights[trees.group[t]] * expectation(trees, trees.root[t], row, known);
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      for (int known = 0; known < game.length; known++) {
        if ((known >> i & 1) == 0) {
          int size = Integer.bitCount(known);
          double weight = factorial(size) * factorial(n - size - 1) / factorial(n);
          values[i] += weight * (game[known | 1 << i] - game[known]);
        }
      }
    }
    return values;
  }

  private static double expectation(TreeEnsemble trees, int node, double[] row, int known) {
    int left = trees.left[node];
    int right = trees.right[node];
    if (left == TreeEnsemble.LEAF) {
      return trees.value[node];
    }
    int input = trees.feature[node];
    if ((known >> input & 1) != 0) {
      return expectation(trees, trees.child(node, row[input]), row, known);
    }
    double total = trees.cover[left] + trees.cover[right];
    if (total == 0) {
      return (expectation(trees, left, row, known) + expectation(trees, right, row, known)) / 2;
    }
    return (expectation(trees, left, row, known) * trees.cover[left]
            + expectation(trees, right, row, known) * trees.cover[right])
        / total;
  }

  private static double factorial(int n) {
    return IntStream.rangeClosed(1, n).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  /** 1 if both inputs are above 0, else 0, each half of the rows: the roles are the same. */
  @Test
  void contributions_symmetricInputs_areEqualUnlikeByPath() throws Exception {
    TreeEnsemble trees = LightGbmTrees.parse(and(50, 25, 25));
    double[] contributions = new double[2];
    TreeShap shap = new TreeShap(trees, new double[] {1});
    shap.contributions(new double[] {1, 1}, contributions);
    assertThat(shap.bias()).isEqualTo(0.25);
    assertThat(contributions).containsExactly(0.375, 0.375);
    assertThat(shap.method()).isEqualTo("shap");
    // Five nodes, and one point for two inputs.
    assertThat(shap.stepsPerCall()).isEqualTo(5);
    PathAttribution path = new PathAttribution(trees, new double[] {1});
    path.contributions(new double[] {1, 1}, contributions);
    assertThat(contributions).containsExactly(0.25, 0.5);
    assertThat(path.method()).isEqualTo("path");
  }

  @Test
  void contributions_branchesThatNoTrainingRowTook_addUp() throws Exception {
    for (int[] counts : new int[][] {{0, 0, 0}, {5, 0, 0}, {0, 0, 7}, {0, 7, 0}}) {
      TreeEnsemble trees = LightGbmTrees.parse(and(counts[0], counts[1], counts[2]));
      TreeShap shap = new TreeShap(trees, new double[] {2});
      double[] contributions = new double[2];
      double[] margin = new double[1];
      for (double[] row : new double[][] {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
        shap.contributions(row, contributions);
        trees.margins(row, margin);
        assertThat(shap.bias() + contributions[0] + contributions[1])
            .as("counts %s row %s", Arrays.toString(counts), Arrays.toString(row))
            .isCloseTo(2 * margin[0], within(1e-15));
      }
    }
  }

  @Test
  void contributions_treeOfOneLeaf_areZero() throws Exception {
    TreeEnsemble trees =
        LightGbmTrees.parse(model("num_leaves=1\nnum_cat=0\nleaf_value=0.25\nleaf_count=9\n"));
    TreeShap shap = new TreeShap(trees, new double[] {1});
    double[] contributions = {7, 7};
    shap.contributions(new double[] {1, Double.NaN}, contributions);
    assertThat(contributions).containsExactly(0, 0);
    assertThat(shap.bias()).isEqualTo(0.25);
  }

  @Test
  void constructor_wrongNumberOfWeights_isRefused() throws Exception {
    TreeEnsemble trees = LightGbmTrees.parse(and(1, 1, 1));
    assertThatThrownBy(() -> new TreeShap(trees, new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 2 weights for 1 outputs");
  }

  private static String and(int firstLow, int secondLow, int bothHigh) {
    return model(
        """
        num_leaves=3
        num_cat=0
        split_feature=0 1
        threshold=0 0
        decision_type=8 8
        left_child=-1 -2
        right_child=1 -3
        leaf_value=0 0 1
        leaf_count=%d %d %d
        """
            .formatted(firstLow, secondLow, bothHigh));
  }

  private static String model(String tree) {
    String section = "Tree=0\n" + tree + "\n\n";
    return """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    max_feature_idx=1
    objective=regression
    tree_sizes=%d

    %send of trees
    """
        .formatted(section.length(), section);
  }
}
