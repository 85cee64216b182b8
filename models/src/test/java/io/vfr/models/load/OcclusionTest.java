package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.OnnxModels;
import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.PathAttribution;
import io.vfr.models.trees.TreeEnsemble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcclusionTest {
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path temp;

  private double[] contributions(Draft draft, double[] row, double bias) throws Exception {
    try (LoadedModel model = loader.load(draft.write(temp))) {
      Attribution attribution = model.newAttribution();
      int features = model.manifest().features().size();
      assertThat(attribution.method()).isEqualTo("occlusion");
      assertThat(attribution.rowsPerCall()).isEqualTo(features + 1);
      assertThat(attribution.bias()).isCloseTo(bias, within(1e-6));
      double[] out = new double[features];
      attribution.contributions(row, out);
      return out;
    }
  }

  @Test
  void contributions_normalizedModelOfManyInputs_areThoseOfTheZScores() throws Exception {
    Draft draft = new Draft(Algorithm.ONNX, OnnxModels.bytes("wide"), 0, 40, 0);
    double[] mean = new double[40];
    double[] std = new double[40];
    double[] row = new double[40];
    double[] expected = new double[40];
    for (int i = 0; i < 40; i++) {
      mean[i] = 100 + i;
      std[i] = i % 5;
      row[i] = mean[i] + 3 * std[i];
      // A feature that never moved in training has no z-score.
      expected[i] = std[i] == 0 ? 0 : 3 * i;
    }
    draft.normalizer = new Normalizer(mean, std);
    draft.selfTest = List.of(new SelfTest(mean, new double[] {0}, 1e-6));
    assertThat(contributions(draft, row, 0)).containsExactly(expected, within(1e-4));
  }

  @Test
  void contributions_missingPolicyWithDefaults_takesThemForTheMeans() throws Exception {
    Draft draft = OnnxModels.sum("double", 1, 2);
    draft.missing = new MissingPolicy.Default(10.0, Map.of("f1", 20.0));
    assertThat(contributions(draft, new double[] {11, Double.NaN}, 30))
        .containsExactly(new double[] {1, 0}, within(1e-9));
  }

  @Test
  void contributions_nothingStated_takesTheMeanOfTheSelfTests() throws Exception {
    Draft draft = OnnxModels.sum("double", 1, 2);
    draft.selfTest =
        List.of(
            new SelfTest(new double[] {1, 2}, new double[] {3}, 1e-9),
            new SelfTest(new double[] {3, 10}, new double[] {13}, 1e-9));
    assertThat(contributions(draft, new double[] {2.5, 5}, 8))
        .containsExactly(new double[] {0.5, -1}, within(1e-9));
  }

  @Test
  void contributions_outputThatIsNoNumber_areZero() throws Exception {
    Draft draft = OnnxModels.sum("root", 1, 0);
    assertThat(contributions(draft, new double[] {-5, 0}, 1)).containsExactly(0, 0);
  }

  @Test
  void contributions_sequence_replaceAFeatureInAllBars() throws Exception {
    Draft draft = OnnxModels.sequence("transformer");
    draft.normalizer = new Normalizer(new double[4], new double[] {1, 1, 1, 1});
    double[] row = OnnxModels.scoredInPython("transformer").get(5).inputs();
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[1];
      scorer.score(row, 1, out);
      double whole = out[0];
      double[] contributions = new double[4];
      model.newAttribution().contributions(row, contributions);
      for (int f = 0; f < 4; f++) {
        double[] without = row.clone();
        for (int i = f; i < row.length; i += 4) {
          without[i] = 0;
        }
        scorer.score(without, 1, out);
        assertThat(contributions[f]).isEqualTo(whole - out[0]).isNotZero();
      }
    }
  }

  @Test
  void contributions_outputsThatAreKnown_areNotComputedAgain() throws Exception {
    Draft draft = OnnxModels.sum("double", 1, 2);
    draft.missing = new MissingPolicy.Default(10.0, Map.of("f1", 20.0));
    try (LoadedModel model = loader.load(draft.write(temp))) {
      double[] out = new double[2];
      model.newAttribution().contributions(new double[] {11, 22}, new double[] {33 + 5}, out);
      assertThat(out).containsExactly(new double[] {1 + 5, 2 + 5}, within(1e-9));
    }
  }

  @Test
  void contributions_classifier_areTowardsUp() throws Exception {
    double[] row = OnnxModels.scoredInPython("mlp").get(2).inputs();
    Draft draft = OnnxModels.mlp();
    draft.missing = new MissingPolicy.Default(0.0, Map.of());
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      double[] whole = new double[3];
      double[] part = new double[3];
      scorer.score(row, 1, whole);
      double[] without = row.clone();
      without[4] = 0;
      scorer.score(without, 1, part);
      double[] contributions = new double[6];
      model.newAttribution().contributions(row, contributions);
      assertThat(contributions[4])
          .isCloseTo((whole[2] - whole[0]) - (part[2] - part[0]), within(1e-12));
      double[] known = new double[6];
      model.newAttribution().contributions(row, whole, known);
      assertThat(known).isEqualTo(contributions);
    }
  }

  @Test
  void method_ofOtherAlgorithms_isTheirsAndRunsNothing() throws Exception {
    try (LoadedModel model = loader.load(TestModels.linearDraft().write(temp))) {
      assertThat(model.newAttribution().method()).isEqualTo("path");
      assertThat(model.newAttribution().rowsPerCall()).isZero();
    }
    TreeEnsemble trees =
        LightGbmTrees.parse(new String(TestModels.lightGbm(3, 0), StandardCharsets.UTF_8));
    assertThat(new PathAttribution(trees, new double[] {1}).method()).isEqualTo("path");
    assertThat(new PathAttribution(trees, new double[] {1}).rowsPerCall()).isZero();
  }
}
