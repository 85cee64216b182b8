package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.OnnxModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.schema.FeatureSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxBackendTest {
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path temp;

  private ModelRejectedException refused(Draft draft) {
    Path dir = draft.write(temp);
    ModelRejectedException problem =
        catchThrowableOfType(ModelRejectedException.class, () -> loader.load(dir));
    assertThat(problem).as("the model must be refused").isNotNull();
    return problem;
  }

  private static Draft named(String name) {
    return name.equals("mlp") ? OnnxModels.mlp() : OnnxModels.sequence(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "transformer", "mlp"})
  void score_rowsScoredInPython_givesTheSame(String name) throws Exception {
    try (LoadedModel model = loader.load(named(name).write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[model.outputs()];
      for (SelfTest test : OnnxModels.scoredInPython(name)) {
        scorer.score(test.inputs(), 1, out);
        assertThat(out).containsExactly(test.expected(), within(1e-6));
      }
      assertThat(model.memoryBytes()).isGreaterThan(OnnxModels.bytes(name).length);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "lstm,",
    "transformer,",
    "mlp,",
    "few-rows-differ,at least 4 rows",
    "odd-rows-differ,always 4 rows",
    "neighbours,always 1 rows"
  })
  void score_deterministic_givesTheSameBitsWhateverTheNeighbours(String name, String shape)
      throws Exception {
    // The self-test of the one that subtracts the batch's mean: a row alone is its own mean.
    Draft draft =
        shape == null ? named(name) : OnnxModels.sum(name, name.equals("neighbours") ? 0 : 1, 0);
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      OnnxBackend backend = (OnnxBackend) model.backend();
      if (shape != null) {
        assertThat(backend.batchShape()).hasToString(shape);
        assertThat(model.execution()).isEqualTo("1 session, " + shape);
      }
      long seed = 99;
      Random random = new Random(seed);
      int rows = 150;
      int width = model.inputs();
      int outputs = model.outputs();
      double[] all = random.doubles((long) rows * width, -3, 3).toArray();
      double[] together = new double[rows * outputs];
      scorer.score(all, rows, together);
      for (int i = 0; i < 400; i++) {
        int from = random.nextInt(rows);
        int count = 1 + random.nextInt(Math.min(40, rows - from));
        double[] out = new double[count * outputs];
        scorer.score(Arrays.copyOfRange(all, from * width, (from + count) * width), count, out);
        assertThat(out)
            .as("seed %d, rows %d to %d", seed, from, from + count)
            .containsExactly(
                Arrays.copyOfRange(together, from * outputs, (from + count) * outputs));
      }
    }
  }

  @Test
  void load_notDeterministic_keepsTheNaturalShapeWhereBitsDifferOnly() throws Exception {
    ModelLoader natural =
        new ModelLoader(FeatureSchema.current(), new LoadOptions(1, Duration.ofMillis(50), false));
    try (LoadedModel bits =
            natural.load(OnnxModels.sum("few-rows-differ", 1, 0).write(temp.resolve("a")));
        LoadedModel more =
            natural.load(OnnxModels.sum("neighbours", 0, 0).write(temp.resolve("b")))) {
      assertThat(((OnnxBackend) bits.backend()).batchShape()).isEqualTo(BatchShape.NATURAL);
      assertThat(((OnnxBackend) more.backend()).batchShape()).isEqualTo(BatchShape.fixed(1));
    }
  }

  @Test
  void load_graphThatRollsDice_isUnsupported() {
    Draft draft = OnnxModels.sum("random", 1, 2);
    draft.selfTest = List.of(new SelfTest(new double[] {1, 2}, new double[] {3}, 0.01));
    ModelRejectedException problem = refused(draft);
    assertThat(problem.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
    assertThat(problem).hasMessageContaining("deterministic");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "wrong-static-batch,[batch; 2],[1; 2]",
    "wrong-dynamic-width,[batch; 2],[-1; -1]",
    "wrong-rank,[batch; 2],[-1; 2; 1; 1]",
    "wrong-input-type,float or double,INT64",
    "wrong-output-type,[batch; 1] or [batch],INT64",
    "wrong-two-inputs,one input,z: FLOAT",
    "wrong-two-outputs,one output,z: FLOAT",
    "mlp,[batch; 2],[-1; 6]",
    "lstm,[batch; 2],[-1; 8; 4]",
  })
  void load_otherShape_isWrongShapeAndSaysWhatIsAllowedAndWhatIs(
      String name, String allowed, String actual) {
    ModelRejectedException problem = refused(OnnxModels.sum(name, 0, 0));
    assertThat(problem.reason()).isEqualTo(RejectionReason.WRONG_SHAPE);
    assertThat(problem)
        .hasMessageContaining(allowed.replace(';', ','))
        .hasMessageContaining(actual.replace(';', ','));
  }

  @Test
  void load_otherSequence_isWrongShape() {
    Draft longer = OnnxModels.sequence("lstm");
    longer.sequence = new Sequence(9, OnnxModels.SEQUENCE.features());
    longer.selfTest = List.of(new SelfTest(new double[36], new double[] {0}, 0.01));
    assertThat(refused(longer).reason()).isEqualTo(RejectionReason.WRONG_SHAPE);
  }

  @Test
  void load_oneOutputForTheWholeBatch_isWrongShape() {
    ModelRejectedException problem = refused(OnnxModels.sum("wrong-at-run-time", 1, 2));
    assertThat(problem.reason()).isEqualTo(RejectionReason.WRONG_SHAPE);
    assertThat(problem).hasMessageContaining("together");
  }

  @Test
  void load_unknownOperator_isUnsupportedAndNamesIt() {
    ModelRejectedException problem = refused(OnnxModels.sum("unsupported-op", 1, 2));
    assertThat(problem.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
    assertThat(problem).hasMessageContaining("Oracle");
  }

  @Test
  void load_newerIrVersion_isUnsupported() {
    byte[] bytes = OnnxModels.bytes("double");
    // The first field of a model is its IR version.
    assertThat(bytes[0]).isEqualTo((byte) 8);
    bytes[1] = 120;
    assertThat(refused(OnnxModels.sum(bytes, 1, 2)).reason())
        .isEqualTo(RejectionReason.UNSUPPORTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"external", "external-in-branch"})
  void load_weightsInAnotherFile_isUnsupportedBeforeTheLibrarySeesIt(String name) {
    ModelRejectedException problem = refused(OnnxModels.sum(name, 1, 2));
    assertThat(problem.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
    assertThat(problem).hasMessageContaining("../../secret.bin");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 50, 90, 99})
  void load_truncated_isUnreadable(int percent) {
    byte[] whole = OnnxModels.bytes("transformer");
    byte[] part = Arrays.copyOf(whole, whole.length * percent / 100);
    Draft draft = OnnxModels.sum(part, 1, 2);
    assertThat(refused(draft).reason()).isEqualTo(RejectionReason.UNREADABLE_ARTIFACT);
  }

  @Test
  void load_mappedArtifact_scoresTheSame() throws Exception {
    ModelLoader mapping = new ModelLoader(FeatureSchema.current(), LoadOptions.DEFAULTS, 0);
    Path dir = OnnxModels.sequence("lstm").write(temp);
    try (ArtifactBytes artifact = ArtifactBytes.open(dir.resolve("model.bin"), 0)) {
      assertThat(artifact.isMapped()).isTrue();
      assertThat(artifact.array()).isEqualTo(OnnxModels.bytes("lstm"));
    }
    double[] row = OnnxModels.scoredInPython("lstm").get(3).inputs();
    double[] mapped = new double[1];
    double[] onHeap = new double[1];
    try (LoadedModel model = mapping.load(dir);
        Scorer scorer = model.newScorer()) {
      scorer.score(row, 1, mapped);
    }
    try (LoadedModel model = loader.load(dir);
        Scorer scorer = model.newScorer()) {
      scorer.score(row, 1, onHeap);
    }
    assertThat(mapped).isEqualTo(onHeap);
  }

  @Test
  void score_doubleModel_isNotRoundedToFloat() throws Exception {
    try (LoadedModel model = loader.load(OnnxModels.sum("double", 1, 2).write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[2];
      scorer.score(new double[] {1, 1e-12, 1e300, 0}, 2, out);
      assertThat(out).containsExactly(1 + 1e-12, 1e300);
    }
  }

  @Test
  void score_rowThatIsNaN_leavesItsNeighboursAlone() throws Exception {
    try (LoadedModel model = loader.load(OnnxModels.sum("root", 1, 0).write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[3];
      scorer.score(new double[] {4, 0, -4, 0, Double.NaN, 1}, 3, out);
      assertThat(out).containsExactly(2, Double.NaN, Double.NaN);
    }
  }

  @Test
  void score_rowForWhichTheGraphFails_isNaNAndItsNeighboursKeepTheirBits() throws Exception {
    Draft draft = OnnxModels.sum("gather", 0, 0);
    draft.selfTest = List.of(new SelfTest(new double[] {0.25, 2}, new double[] {2.75}, 1e-6));
    try (LoadedModel model = loader.load(draft.write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[3];
      scorer.score(new double[] {1, 0, 1, 4, 1, 3}, 3, out);
      assertThat(out).containsExactly(1.5, Double.NaN, 4.5);
      assertThatThrownBy(() -> scorer.score(new double[] {1, 4, 1, 5}, 2, out))
          .isInstanceOf(ScoringException.class)
          .hasMessageContaining("ONNX Runtime failed")
          .satisfies(e -> assertThat(((ScoringException) e).isTimeout()).isFalse());
      scorer.score(new double[] {1, 1}, 1, out);
      assertThat(out[0]).as("after failures").isEqualTo(2.5);
    }
  }

  @Test
  void load_selfTestForWhichTheGraphFails_isSelfTestFailed() {
    ModelRejectedException problem = refused(OnnxModels.sum("gather", 1, 4));
    assertThat(problem.reason()).isEqualTo(RejectionReason.SELF_TEST_FAILED);
    assertThat(problem).hasMessageContaining("ONNX Runtime failed to score");
  }

  @Test
  void load_selfTestThatGivesNaN_isSelfTestFailed() {
    assertThat(refused(OnnxModels.sum("root", -1, 0)).reason())
        .isEqualTo(RejectionReason.SELF_TEST_FAILED);
  }

  @Test
  void score_sequence_isNormalizedAndFilledBarByBar() throws Exception {
    Draft plain = OnnxModels.sequence("lstm");
    Draft scaled = OnnxModels.sequence("lstm");
    double[] mean = {10, 20, 30, 40};
    double[] std = {1, 2, 4, 0.5};
    scaled.normalizer = new Normalizer(mean, std);
    scaled.missing =
        new MissingPolicy.Default(
            null,
            Map.of(
                "log_return_1d",
                10.0,
                "rsi_14",
                24.0,
                "volume_ratio_5d",
                30.0,
                "atr_14_pct",
                40.0));
    double[] z = OnnxModels.scoredInPython("lstm").getFirst().inputs();
    double[] raw = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      raw[i] = z[i] * std[i % 4] + mean[i % 4];
    }
    scaled.selfTest =
        List.of(new SelfTest(raw, OnnxModels.scoredInPython("lstm").getFirst().expected(), 1e-5));
    double[] expected = new double[1];
    // Bar 6 lacks rsi_14: its default 24 is the z-score 2.
    z[6 * 4 + 1] = 2;
    raw[6 * 4 + 1] = Double.NaN;
    try (LoadedModel model = loader.load(plain.write(temp.resolve("plain")));
        Scorer scorer = model.newScorer()) {
      scorer.score(z, 1, expected);
    }
    try (LoadedModel model = loader.load(scaled.write(temp.resolve("scaled")));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[1];
      scorer.score(raw, 1, out);
      assertThat(out[0]).isCloseTo(expected[0], within(1e-6));
    }
  }
}
