package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.LightGbmTrees;
import io.vfr.models.trees.Softmax;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.XgboostTrees;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorerTest {
  private static final int ROWS = 500;
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path temp;

  private static byte[] artifact(Algorithm algorithm, long seed, int classes) {
    return algorithm == Algorithm.XGBOOST
        ? TestModels.xgboost(seed, classes)
        : TestModels.lightGbm(seed, classes);
  }

  private static double[] expected(Algorithm algorithm, byte[] artifact, double[] row)
      throws Exception {
    TreeEnsemble trees =
        algorithm == Algorithm.XGBOOST
            ? XgboostTrees.parse(artifact)
            : LightGbmTrees.parse(new String(artifact, StandardCharsets.UTF_8));
    double[] out = new double[trees.outputs()];
    trees.margins(row, out);
    if (out.length > 1) {
      Softmax.apply(out, 0, out.length);
    } else if (trees.objective().startsWith("binary")) {
      out[0] = 1 / (1 + Math.exp(-out[0]));
    }
    return out;
  }

  private LoadedModel load(Algorithm algorithm, long seed, int classes) throws Exception {
    byte[] artifact = artifact(algorithm, seed, classes);
    double[] zeros = new double[TestModels.INPUTS];
    Draft draft =
        new Draft(
            algorithm, artifact, classes, TestModels.INPUTS, expected(algorithm, artifact, zeros));
    return loader.load(draft.write(temp));
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @CsvSource({"XGBOOST,0", "XGBOOST,2", "XGBOOST,3", "LIGHTGBM,0", "LIGHTGBM,2", "LIGHTGBM,3"})
  void score_batches_equalSingleRowsBitForBitAndTheHeapTrees(Algorithm algorithm, int classes)
      throws Exception {
    long seed = 77;
    byte[] artifact = artifact(algorithm, seed, classes);
    double[] rows = TestModels.rows(seed + 1, ROWS, TestModels.INPUTS);
    try (LoadedModel model = load(algorithm, seed, classes);
        Scorer scorer = model.newScorer()) {
      int outputs = model.outputs();
      assertThat(outputs).isEqualTo(classes == 3 ? 3 : 1);
      double[] together = new double[ROWS * outputs];
      scorer.score(rows, ROWS, together);
      double[] alone = new double[outputs];
      for (int r = 0; r < ROWS; r++) {
        double[] row = new double[TestModels.INPUTS];
        System.arraycopy(rows, r * row.length, row, 0, row.length);
        scorer.score(row, 1, alone);
        double[] heap = expected(algorithm, artifact, row);
        double sum = 0;
        for (int o = 0; o < outputs; o++) {
          assertThat(alone[o]).as("row %d", r).isEqualTo(together[r * outputs + o]);
          assertThat(alone[o]).as("row %d", r).isCloseTo(heap[o], within(1e-6));
          sum += alone[o];
        }
        if (outputs > 1) {
          assertThat(sum).isCloseTo(1, within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"XGBOOST,3", "LIGHTGBM,3"})
  void score_manyThreads_givesTheSameBits(Algorithm algorithm, int classes) throws Exception {
    double[] rows = TestModels.rows(5, ROWS, TestModels.INPUTS);
    try (LoadedModel model = load(algorithm, 4, classes);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<double[]>> tasks = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        tasks.add(() -> {
          try (Scorer scorer = model.newScorer()) {
            double[] out = new double[ROWS * 3];
            for (int i = 0; i < 20; i++) {
              scorer.score(rows, ROWS, out);
            }
            return out;
          }
        });
      }
      List<Future<double[]>> results = threads.invokeAll(tasks);
      for (Future<double[]> result : results) {
        assertThat(result.get()).isEqualTo(results.getFirst().get());
      }
    }
  }

  @Test
  void score_extremeValues_neitherFailsNorDiffersFromTheirNeighbours() throws Exception {
    try (LoadedModel model = load(Algorithm.XGBOOST, 3, 0);
        Scorer scorer = model.newScorer()) {
      double[] out = new double[1];
      double[] row = new double[TestModels.INPUTS];
      row[0] = 1e30;
      scorer.score(row, 1, out);
      double large = out[0];
      row[0] = 1e300;
      scorer.score(row, 1, out);
      assertThat(out[0]).as("beyond float32").isEqualTo(large);
      row[0] = Double.NaN;
      scorer.score(row, 1, out);
      double missing = out[0];
      row[0] = Double.POSITIVE_INFINITY;
      scorer.score(row, 1, out);
      assertThat(out[0]).as("an infinity is a missing value").isEqualTo(missing);
    }
  }

  @Test
  void score_normalizer_standardizesAndKeepsZeroDeviationAtZero() throws Exception {
    Draft draft = new Draft(Algorithm.LINEAR, TestModels.linear(0, 1, 10), 0, 2, 0);
    draft.normalizer = new Normalizer(new double[] {100, 7}, new double[] {4, 0});
    draft.selfTest = List.of(new SelfTest(new double[] {110, 3}, new double[] {2.5}, 1e-12));
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[2];
      scorer.score(new double[] {92, 1e9, Double.NaN, 7}, 2, out);
      assertThat(out[0]).isEqualTo(-2);
      assertThat(out[1]).as("missing stays missing").isNaN();
    }
  }

  @Test
  void score_missingDefault_isPutInBeforeTheNormalizer() throws Exception {
    Draft draft = new Draft(Algorithm.LINEAR, TestModels.linear(0, 1, 10), 0, 2, 0);
    draft.normalizer = new Normalizer(new double[] {100, 7}, new double[] {4, 2});
    draft.missing = new MissingPolicy.Default(104.0, Map.of("f1", 9.0));
    draft.selfTest =
        List.of(new SelfTest(new double[] {Double.NaN, Double.NaN}, new double[] {1 + 10}, 1e-12));
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[1];
      scorer.score(new double[] {100, Double.NaN}, 1, out);
      assertThat(out[0]).isEqualTo(10);
    }
  }

  @Test
  void newAttribution_linearModel_usesPreparedInputs() throws Exception {
    Draft draft = new Draft(Algorithm.LINEAR, TestModels.linear(0.25, 1, 10), 0, 2, 0.25);
    draft.normalizer = new Normalizer(new double[] {100, 7}, new double[] {4, 2});
    draft.selfTest = List.of(new SelfTest(new double[] {100, 7}, new double[] {0.25}, 1e-12));
    try (LoadedModel model = loader.load(draft.write(temp))) {
      double[] contributions = new double[2];
      Attribution attribution = model.newAttribution();
      attribution.contributions(new double[] {108, 5}, contributions);
      assertThat(contributions).containsExactly(2, -10);
      assertThat(attribution.bias()).isEqualTo(0.25);
      assertThat(attribution.method()).isEqualTo("path");
      Attribution exact = model.newExactAttribution();
      exact.contributions(new double[] {108, 5}, contributions);
      assertThat(contributions).containsExactly(2, -10);
      assertThat(exact.method()).isEqualTo("shap");
    }
  }

  @Test
  void newAttribution_multiclass_isUpAgainstDown() throws Exception {
    byte[] artifact = artifact(Algorithm.LIGHTGBM, 9, 3);
    TreeEnsemble trees = LightGbmTrees.parse(new String(artifact, StandardCharsets.UTF_8));
    double[] row = TestModels.rows(10, 1, TestModels.INPUTS);
    double[] margins = new double[3];
    trees.margins(row, margins);
    try (LoadedModel model = load(Algorithm.LIGHTGBM, 9, 3)) {
      double[] contributions = new double[TestModels.INPUTS];
      for (Attribution attribution : List.of(model.newAttribution(), model.newExactAttribution())) {
        attribution.contributions(row, contributions);
        double sum = attribution.bias();
        for (double contribution : contributions) {
          sum += contribution;
        }
        assertThat(sum).isCloseTo(margins[2] - margins[0], within(1e-9));
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @CsvSource({"XGBOOST,0", "XGBOOST,2", "XGBOOST,3", "LIGHTGBM,0", "LIGHTGBM,2", "LIGHTGBM,3"})
  void newAttributingScorer_trees_givesWhatScorerAndAttributionGive(
      Algorithm algorithm, int classes) throws Exception {
    try (LoadedModel model = load(algorithm, 9, classes)) {
      assertAttributing(model, TestModels.rows(10, 50, TestModels.INPUTS));
    }
  }

  @Test
  void newAttributingScorer_linearModelWithNormalizer_givesWhatScorerAndAttributionGive()
      throws Exception {
    Draft draft = new Draft(Algorithm.LINEAR, TestModels.linear(0.25, 1, 10), 0, 2, 0.25);
    draft.normalizer = new Normalizer(new double[] {100, 7}, new double[] {4, 2});
    draft.selfTest = List.of(new SelfTest(new double[] {100, 7}, new double[] {0.25}, 1e-12));
    try (LoadedModel model = loader.load(draft.write(temp))) {
      assertAttributing(model, new double[] {108, 5, 99, Double.NaN, Double.NaN, 0});
    }
  }

  private static void assertAttributing(LoadedModel model, double[] rows) {
    int inputs = model.inputs();
    int count = rows.length / inputs;
    double[] scored = new double[count * model.outputs()];
    double[] out = new double[scored.length];
    double[] contributions = new double[rows.length];
    Arrays.fill(contributions, 1);
    try (Scorer scorer = model.newScorer();
        AttributingScorer attributing = model.newAttributingScorer()) {
      scorer.score(rows, count, scored);
      attributing.score(rows, count, out, contributions);
      assertThat(out).containsExactly(scored);
      attributing.score(rows, count, out);
      assertThat(out).containsExactly(scored);
    }
    Attribution attribution = model.newAttribution();
    double[] expected = new double[inputs];
    for (int r = 0; r < count; r++) {
      attribution.contributions(Arrays.copyOfRange(rows, r * inputs, (r + 1) * inputs), expected);
      assertThat(Arrays.copyOfRange(contributions, r * inputs, (r + 1) * inputs))
          .as("row %d", r)
          .containsExactly(expected);
    }
  }

  @Test
  void newExactAttribution_binaryXgboost_isTowardsUp() throws Exception {
    byte[] artifact = artifact(Algorithm.XGBOOST, 19, 2);
    double[] row = TestModels.rows(20, 1, TestModels.INPUTS);
    double[] margin = new double[1];
    XgboostTrees.parse(artifact).margins(row, margin);
    try (LoadedModel model = load(Algorithm.XGBOOST, 19, 2)) {
      double[] contributions = new double[TestModels.INPUTS];
      Attribution attribution = model.newExactAttribution();
      attribution.contributions(row, contributions);
      assertThat(attribution.method()).isEqualTo("shap");
      assertThat(attribution.bias() + Arrays.stream(contributions).sum())
          .isCloseTo(margin[0], within(1e-5));
    }
  }

  @Test
  void score_wrongArguments_areRefused() throws Exception {
    try (LoadedModel model = loader.load(TestModels.linearDraft().write(temp));
        Scorer scorer = model.newScorer()) {
      assertThatThrownBy(() -> scorer.score(new double[3], 2, new double[2]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scorer.score(new double[4], 2, new double[1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scorer.score(new double[4], 0, new double[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void close_modelWithOpenScorer_keepsWorkingUntilTheScorerIsClosed() throws Exception {
    LoadedModel model = load(Algorithm.LIGHTGBM, 6, 0);
    Scorer scorer = model.newScorer();
    LoadedModel other = model.share();
    model.close();
    model.close();
    double[] out = new double[1];
    scorer.score(new double[TestModels.INPUTS], 1, out);
    assertThat(out[0]).isFinite();
    assertThatThrownBy(model::newScorer).isInstanceOf(IllegalStateException.class);
    other.newScorer().close();
    other.close();
    scorer.score(new double[TestModels.INPUTS], 1, out);
    scorer.close();
    scorer.close();
    assertThatThrownBy(() -> scorer.score(new double[TestModels.INPUTS], 1, out))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sharedBackend_lastRelease_closesOnce() {
    int[] closed = new int[1];
    SharedBackend shared = new SharedBackend(new CountingBackend(closed));
    assertThat(shared.retain()).isTrue();
    shared.release();
    assertThat(closed[0]).isZero();
    shared.release();
    assertThat(closed[0]).isEqualTo(1);
    assertThat(shared.isClosed()).isTrue();
    assertThat(shared.retain()).isFalse();
    assertThatThrownBy(shared::release).isInstanceOf(IllegalStateException.class);
  }

  private record CountingBackend(int[] closed) implements Backend {
    @Override
    public int inputs() {
      return 1;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public long memoryBytes() {
      return 1;
    }

    @Override
    public Kernel newKernel() {
      throw new UnsupportedOperationException("not scored here");
    }

    @Override
    public Attribution newAttribution(double[] outputWeights) {
      throw new UnsupportedOperationException("not attributed here");
    }

    @Override
    public void close() {
      closed[0]++;
    }
  }
}
