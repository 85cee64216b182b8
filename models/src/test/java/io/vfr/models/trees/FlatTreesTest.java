package io.vfr.models.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.TestModels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Margins and path attributions of the flat layout against the walk over the nodes, which is tested
 * against the libraries.
 */
class FlatTreesTest {
  private static final int ROWS = 20_000;
  private static final double[] SPECIAL = {
    Double.NaN,
    0.0,
    -0.0,
    1e-36,
    -1e-36,
    1e-35f,
    Math.nextUp((double) 1e-35f),
    Double.MIN_VALUE,
    1e30,
    -1e30
  };

  private static void assertEqual(TreeEnsemble trees, long seed) {
    assertEqual(trees, seed, ROWS);
  }

  private static void assertEqual(TreeEnsemble trees, long seed, int rows) {
    FlatTrees flat = new FlatTrees(trees);
    assertThat(flat.isComplete()).isTrue();
    MarginEvaluator evaluator = flat.newEvaluator();
    double[] thresholds = trees.thresholds();
    Random random = new Random(seed);
    double[] row = new double[trees.inputs()];
    double[] expected = new double[trees.outputs()];
    double[] actual = new double[trees.outputs()];
    double[] weights = {0.7, -1.3, 0};
    weights = Arrays.copyOf(weights, trees.outputs());
    PathAttribution walked = new PathAttribution(trees, weights);
    PathAttribution laidOut = new PathAttribution(trees, flat, weights);
    double[] expectedPaths = new double[trees.inputs()];
    double[] actualPaths = new double[trees.inputs()];
    double[] scoredPaths = new double[trees.inputs()];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < row.length; i++) {
        double threshold = thresholds[random.nextInt(thresholds.length)];
        row[i] =
            switch (random.nextInt(6)) {
              case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
              case 1 -> Math.nextUp(threshold);
              case 2 -> Math.nextDown(threshold);
              case 3 -> Math.nextUp((float) threshold);
              case 4 -> threshold;
              default -> random.nextGaussian();
            };
      }
      trees.margins(row, expected);
      evaluator.margins(row, 0, actual);
      assertThat(actual).as("seed %d, row %d", seed, r).containsExactly(expected);
      Arrays.fill(scoredPaths, 0);
      evaluator.addChanges(row, 0, weights, scoredPaths);
      walked.contributions(row, expectedPaths);
      laidOut.contributions(row, actualPaths);
      assertThat(actualPaths).as("seed %d, row %d", seed, r).containsExactly(expectedPaths);
      assertThat(scoredPaths).as("seed %d, row %d", seed, r).containsExactly(expectedPaths);
    }
  }

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 111", "2, 112", "3, 113"})
  void marginsAndPaths_xgboost_areThoseOfTheWalk(int classes, long seed) throws Exception {
    assertEqual(XgboostTrees.parse(TestModels.xgboost(seed, classes)), seed);
  }

  @ParameterizedTest(name = "classes {0}, seed {1}")
  @CsvSource({"0, 121", "2, 122", "3, 123"})
  void marginsAndPaths_lightGbm_areThoseOfTheWalk(int classes, long seed) throws Exception {
    String text = new String(TestModels.lightGbm(seed, classes), StandardCharsets.UTF_8);
    assertEqual(LightGbmTrees.parse(text), seed);
    // The same splits under the other ways of treating zeros and missing values.
    for (int decision : new int[] {0, 2, 4, 6, 8, 10}) {
      assertEqual(withDecisions(text, decision), seed + decision);
    }
  }

  /** Trees of unlike depth, more or fewer than are walked at once, of one output or more. */
  @ParameterizedTest(name = "seed {0}, {1} trees, {2} outputs, floats {3}")
  @CsvSource({
    "131, 3, 1, true", "132, 8, 1, false", "133, 61, 1, true",
    "134, 61, 1, false", "135, 50, 3, true", "136, 50, 3, false"
  })
  void marginsAndPaths_treesOfAllShapes_areThoseOfTheWalk(
      long seed, int trees, int outputs, boolean floats) throws Exception {
    assertEqual(RandomTrees.of(seed, trees, outputs, floats, false), seed);
  }

  /** So many paths that attribution walks instead of looking them up. */
  @Test
  void marginsAndPaths_manyPaths_areThoseOfTheWalk() throws Exception {
    TreeEnsemble trees = RandomTrees.full(141, 5, 14);
    int[] depths = {14, 14, 14, 14, 14};
    assertThat(FlatPaths.of(trees, depths, new int[trees.nodes()])).isNull();
    assertEqual(trees, 141, 200);
  }

  private static TreeEnsemble withDecisions(String text, int decision) throws Exception {
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\n")) {
      if (line.startsWith("decision_type=")) {
        int splits = line.substring("decision_type=".length()).split(" ").length;
        out.append("decision_type=").append((decision + " ").repeat(splits).strip());
      } else {
        out.append(line);
      }
      out.append('\n');
    }
    return LightGbmTrees.parse(resized(out.toString()));
  }

  /** States the trees' lengths anew. */
  private static String resized(String text) {
    int first = text.indexOf("Tree=0");
    int end = text.indexOf("end of trees");
    StringBuilder sizes = new StringBuilder("tree_sizes=");
    for (String tree : text.substring(first, end).split("(?=Tree=)")) {
      sizes.append(tree.length()).append(' ');
    }
    return text.substring(0, first).replaceAll("(?m)^tree_sizes=.*$", sizes.toString().strip())
        + text.substring(first);
  }

  @Test
  void key_followsTheOrderOfTheValues_andKnowsOneZero() {
    double[] ordered = {
      Double.NEGATIVE_INFINITY,
      -Double.MAX_VALUE,
      -1,
      -Double.MIN_VALUE,
      0,
      Double.MIN_VALUE,
      1,
      2,
      Double.MAX_VALUE,
      Double.POSITIVE_INFINITY
    };
    for (int i = 1; i < ordered.length; i++) {
      assertThat(InputColumns.key(ordered[i])).isGreaterThan(InputColumns.key(ordered[i - 1]));
    }
    assertThat(InputColumns.key(-0.0)).isEqualTo(InputColumns.key(0.0));
    assertThat(InputColumns.key(Double.NEGATIVE_INFINITY)).isGreaterThan(Long.MIN_VALUE);
    assertThat(InputColumns.key(Double.POSITIVE_INFINITY)).isLessThan(Long.MAX_VALUE);
  }
}
