package io.vfr.models.trees;

import static com.microsoft.ml.lightgbm.lightgbmlibConstants.C_API_PREDICT_RAW_SCORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.TestModels;
import java.nio.charset.StandardCharsets;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeEnsembleTest {
  private static final int ROWS = 2000;

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 11", "2, 12", "3, 13"})
  void xgboost_randomRows_marginsEqualNativeBitForBit(int classes, long seed) throws Exception {
    byte[] artifact = TestModels.xgboost(seed, classes);
    TreeEnsemble trees = XgboostTrees.parse(artifact);
    double[] rows = TestModels.rows(seed + 100, ROWS, TestModels.INPUTS);
    float[] floats = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      floats[i] = (float) rows[i];
    }
    Booster booster = XGBoost.loadModel(artifact);
    DMatrix matrix = new DMatrix(floats, ROWS, TestModels.INPUTS, Float.NaN);
    float[][] margins = booster.predict(matrix, true);
    matrix.dispose();
    booster.dispose();
    double[] out = new double[trees.outputs()];
    for (int r = 0; r < ROWS; r++) {
      double[] row = row(rows, r);
      trees.margins(row, out);
      for (int o = 0; o < out.length; o++) {
        assertThat(out[o]).as("row %d output %d", r, o).isEqualTo(margins[r][o]);
      }
      assertAttributionAddsUp(trees, row, out, 1e-5);
    }
  }

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 21", "2, 22", "3, 23"})
  void lightGbm_randomRows_marginsEqualNativeBitForBit(int classes, long seed) throws Exception {
    String artifact = new String(TestModels.lightGbm(seed, classes), StandardCharsets.UTF_8);
    TreeEnsemble trees = LightGbmTrees.parse(artifact);
    double[] rows = TestModels.rows(seed + 100, ROWS, TestModels.INPUTS);
    double[] margins =
        NativeLightGbm.predict(
            artifact, rows, TestModels.INPUTS, trees.outputs(), C_API_PREDICT_RAW_SCORE);
    double[] out = new double[trees.outputs()];
    for (int r = 0; r < ROWS; r++) {
      double[] row = row(rows, r);
      trees.margins(row, out);
      for (int o = 0; o < out.length; o++) {
        assertThat(out[o]).as("row %d output %d", r, o).isEqualTo(margins[r * out.length + o]);
      }
      assertAttributionAddsUp(trees, row, out, 1e-9);
    }
  }

  private static void assertAttributionAddsUp(
      TreeEnsemble trees, double[] row, double[] margins, double tolerance) {
    double[] weights = new double[trees.outputs()];
    weights[trees.outputs() - 1] = 1;
    weights[0] = trees.outputs() == 1 ? 1 : -1;
    double expected = 0;
    for (int o = 0; o < weights.length; o++) {
      expected += weights[o] * margins[o];
    }
    PathAttribution attribution = new PathAttribution(trees, weights);
    double[] contributions = new double[row.length];
    attribution.contributions(row, contributions);
    double sum = attribution.bias();
    for (double contribution : contributions) {
      sum += contribution;
    }
    assertThat(sum).isCloseTo(expected, within(tolerance));
  }

  @Test
  void contributions_inputThatNoTreeUses_isZeroAndUsedOnesAreNot() throws Exception {
    TreeEnsemble trees = XgboostTrees.parse(TestModels.xgboost(31, 0));
    double[] contributions = new double[TestModels.INPUTS];
    PathAttribution attribution = new PathAttribution(trees, new double[] {1});
    attribution.contributions(new double[] {1.5, 1.5, 0, 0, 0, 0}, contributions);
    // The label is a·b + a/2: both inputs push it up here.
    assertThat(contributions[0]).isPositive();
    assertThat(contributions[1]).isPositive();
    assertThat(contributions[0] + contributions[1]).isGreaterThan(1);
  }

  @Test
  void parse_handMadeLightGbmTree_followsMissingTypesAndZero() throws Exception {
    TreeEnsemble trees = parse(stump(10));
    double[] out = new double[1];
    // decision_type 10: NaN is missing (bit 3), default left (bit 1); threshold 0.
    trees.margins(new double[] {Double.NaN}, out);
    assertThat(out[0]).isEqualTo(1);
    trees.margins(new double[] {1e-36}, out);
    assertThat(out[0]).as("counts as zero").isEqualTo(1);
    trees.margins(new double[] {1e-30}, out);
    assertThat(out[0]).isEqualTo(2);
    TreeEnsemble zeroMissing = parse(stump(4));
    zeroMissing.margins(new double[] {0}, out);
    assertThat(out[0]).as("zero is missing, default right").isEqualTo(2);
    TreeEnsemble none = parse(stump(0));
    none.margins(new double[] {Double.NaN}, out);
    assertThat(out[0]).as("NaN is zero").isEqualTo(1);
  }

  /** A tree of one split; {@link #parse} fills in its size. */
  private static String stump(int decision) {
    return """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    max_feature_idx=0
    objective=regression
    tree_sizes=SIZE

    Tree=0
    num_leaves=2
    num_cat=0
    split_feature=0
    threshold=0
    decision_type=%d
    left_child=-1
    right_child=-2
    leaf_value=1 2
    leaf_count=3 1
    is_linear=0

    end of trees
    """
        .formatted(decision);
  }

  private static TreeEnsemble parse(String text) throws TreeFormatException {
    int size = text.indexOf("end of trees") - text.indexOf("Tree=0");
    return LightGbmTrees.parse(text.replace("SIZE", Integer.toString(size)));
  }

  @Test
  void parse_infiniteThreshold_sendsNumbersLeftAndMissingRight() throws Exception {
    TreeEnsemble trees = parse(stump(8).replace("threshold=0", "threshold=inf"));
    double[] out = new double[1];
    trees.margins(new double[] {1e308}, out);
    assertThat(out[0]).isEqualTo(1);
    trees.margins(new double[] {Double.NaN}, out);
    assertThat(out[0]).isEqualTo(2);
  }

  private static String categorical(String boundaries, String words) {
    return stump(1)
        .replace("num_cat=0", "num_cat=1")
        .replace(
            "leaf_value",
            "cat_boundaries=" + boundaries + "\ncat_threshold=" + words + "\nleaf_value");
  }

  @ParameterizedTest(name = "{0} goes to leaf {1}")
  @CsvSource({
    "0, 1",
    "1, 2",
    "31, 1",
    "32, 2",
    "33, 1",
    "63, 2",
    "64, 2",
    "0.9, 1",
    "-0.9, 1",
    "-1, 2",
    "33.5, 1",
    "1e308, 2",
    "-1e308, 2",
    "4294967296, 2",
    "Infinity, 2",
    "-Infinity, 2",
    "NaN, 2"
  })
  void parse_categoricalSplit_sendsTheSetLeft(double x, double leaf) throws Exception {
    // 2147483649 = bits 0 and 31, in the second word bit 1.
    TreeEnsemble trees = parse(categorical("0 2", "2147483649 2"));
    double[] out = new double[1];
    trees.margins(new double[] {x}, out);
    assertThat(out[0]).isEqualTo(leaf);
  }

  @ParameterizedTest(name = "boundaries {0}, words {1}")
  @CsvSource({
    "0 2, 1",
    "1 2, 1 2",
    "0 -1, ''",
    "0, 1",
    "0 1, -1",
    "0 1, 4294967296",
    "0 999999, 1"
  })
  void parse_damagedCategories_areRefused(String boundaries, String words) {
    assertThatThrownBy(() -> parse(categorical(boundaries, words)))
        .isInstanceOf(TreeFormatException.class)
        .hasMessageContaining("cat_");
    assertThatThrownBy(() -> parse(categorical("0 1", "1").replace("threshold=0", "threshold=1")))
        .hasMessageContaining("set of categories 1.0; there are 1");
  }

  @ParameterizedTest(name = "{0} instead of {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "left_child=5|left_child=-1",
        "left_child=0|left_child=-1",
        "split_feature=1|split_feature=0",
        "threshold=nan|threshold=0",
        "leaf_value=1|leaf_value=1 2",
        "leaf_value=1 inf|leaf_value=1 2",
        "tree_sizes=SIZE SIZE|tree_sizes=SIZE",
        "tree_sizes=1|tree_sizes=SIZE",
        "tree_sizes=1SIZE|tree_sizes=SIZE",
        "tree_sizes=|tree_sizes=SIZE",
        "leaf_value=1 2\\nleaf_value=3 4|leaf_value=1 2",
        "leaf_value=1 2\\n\\nleaf_weight=3 4|leaf_value=1 2",
        "leaf_value=1 2\\nleaf_weight|leaf_value=1 2",
        "leaf_value=1 2\\nleaf_weight=\\303\\251|leaf_value=1 2",
        "split_feature=0.0|split_feature=0",
        "left_child=-1e0|left_child=-1",
        "decision_type=1|decision_type=0",
        "num_cat=1|num_cat=0",
        "num_cat=2|num_cat=0",
        "version=v9|version=v4",
        "end|end of trees",
      })
  void parse_damagedLightGbm_isRefused(String damage, String good) {
    String text = stump(0);
    assertThat(text).contains(good);
    assertThatThrownBy(() -> parse(text.replace(good, damage.translateEscapes())))
        .isInstanceOf(TreeFormatException.class)
        .extracting(e -> ((TreeFormatException) e).isUnsupported())
        .isEqualTo(false);
  }

  @ParameterizedTest(name = "{0} instead of {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "is_linear=1|is_linear=0",
        "average_output|max_feature_idx=0",
      })
  void parse_lightGbmOfAnotherKind_isUnsupported(String other, String usual) {
    String text =
        stump(0).replace(usual, other.equals("average_output") ? usual + "\n" + other : other);
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(TreeFormatException.class)
        .extracting(e -> ((TreeFormatException) e).isUnsupported())
        .isEqualTo(true);
  }

  @ParameterizedTest(name = "{0} instead of {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"num_feature\":\"1\",\"num_t|\"num_feature\":\"6\",\"num_t",
        "\"gradient_boosters\"|\"gradient_booster\"",
        "\"left_children\":[0,|\"left_children\":[1,",
        "\"right_children\":[999,|\"right_children\":[2,",
        "\"left\"|\"left_children\"",
        "\"sum_hessian\":[-8E2|\"sum_hessian\":[8E2",
      })
  void parse_damagedXgboost_isRefused(String damage, String good) {
    String text = new String(TestModels.xgboost(41, 0), StandardCharsets.UTF_8);
    assertThat(text).contains(good);
    assertThatThrownBy(
            () -> XgboostTrees.parse(text.replace(good, damage).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TreeFormatException.class);
  }

  @Test
  void parse_otherBooster_isUnsupported() {
    String text =
        new String(TestModels.xgboost(42, 0), StandardCharsets.UTF_8)
            .replace("\"name\":\"gbtree\"", "\"name\":\"dart\"");
    assertThatThrownBy(() -> XgboostTrees.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(TreeFormatException.class)
        .hasMessageContaining("dart")
        .extracting(e -> ((TreeFormatException) e).isUnsupported())
        .isEqualTo(true);
  }

  private static double[] row(double[] rows, int r) {
    double[] row = new double[TestModels.INPUTS];
    System.arraycopy(rows, r * TestModels.INPUTS, row, 0, row.length);
    return row;
  }
}
