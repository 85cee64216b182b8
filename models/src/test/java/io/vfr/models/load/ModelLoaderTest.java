package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vfr.models.OnnxModels;
import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLoaderTest {
  private final ModelLoader loader = new ModelLoader(FeatureSchema.current());
  @TempDir private Path temp;

  private ModelRejectedException refused(Path dir) {
    return catchThrowableOfType(ModelRejectedException.class, () -> loader.load(dir));
  }

  @Test
  void load_goodModel_isWarmAndIdentifiesItself() throws Exception {
    Path dir = TestModels.linearDraft().write(temp);
    try (LoadedModel model = loader.load(dir)) {
      assertThat(model.inputs()).isEqualTo(2);
      assertThat(model.outputs()).isEqualTo(1);
      assertThat(model.manifest().key()).isEqualTo("test-model@1.0.0");
      assertThat(model.memoryBytes()).isPositive();
      assertThat(model.digest())
          .isEqualTo(Sha256.hex(Files.readAllBytes(dir.resolve("manifest.json"))));
    }
  }

  @Test
  void load_otherArtifact_givesOtherDigest() throws Exception {
    Draft other = new Draft(Algorithm.LINEAR, TestModels.linear(0.5, 2, -2), 0, 2, 0.5);
    try (LoadedModel a = loader.load(TestModels.linearDraft().write(temp.resolve("a")));
        LoadedModel b = loader.load(other.write(temp.resolve("b")))) {
      assertThat(a.digest()).isNotEqualTo(b.digest());
    }
  }

  @Test
  void load_noManifest_isBadManifest() {
    assertThat(refused(temp).reason()).isEqualTo(RejectionReason.BAD_MANIFEST);
  }

  @Test
  void load_manifestTooLarge_isBadManifest() throws IOException {
    Path dir = TestModels.linearDraft().write(temp);
    Files.write(dir.resolve("manifest.json"), new byte[ManifestReader.BYTES_MAX + 10]);
    ModelRejectedException problem = refused(dir);
    assertThat(problem.reason()).isEqualTo(RejectionReason.BAD_MANIFEST);
    assertThat(problem).hasMessageContaining("at most " + ManifestReader.BYTES_MAX);
  }

  @Test
  void load_manifestWithProblems_namesAllOfThem() throws IOException {
    Path dir = TestModels.linearDraft().write(temp);
    edit(dir, "\"P1D\"", "\"soon\"");
    edit(dir, "\"linear\"", "\"oracle\"");
    assertThat(refused(dir)).hasMessageContaining("soon").hasMessageContaining("oracle");
  }

  @Test
  void load_otherSchema_isWrongSchema() {
    Draft draft = TestModels.linearDraft();
    draft.schema = "0".repeat(64);
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.WRONG_SCHEMA);
  }

  @Test
  void load_noArtifact_isMissingArtifact() throws IOException {
    Path dir = TestModels.linearDraft().write(temp);
    Files.delete(dir.resolve("model.bin"));
    assertThat(refused(dir).reason()).isEqualTo(RejectionReason.MISSING_ARTIFACT);
  }

  @Test
  void load_hugeArtifact_isTooLargeWithoutBeingRead() throws IOException {
    Path dir = TestModels.linearDraft().write(temp);
    try (RandomAccessFile sparse = new RandomAccessFile(dir.resolve("model.bin").toFile(), "rw")) {
      sparse.setLength(ModelLoader.ARTIFACT_BYTES_MAX + 1);
    }
    assertThat(refused(dir).reason()).isEqualTo(RejectionReason.TOO_LARGE);
  }

  @Test
  void load_artifactChangedByOneByte_isBadDigest() throws IOException {
    Path dir = TestModels.linearDraft().write(temp);
    byte[] bytes = Files.readAllBytes(dir.resolve("model.bin"));
    bytes[bytes.length - 3] ^= 1;
    Files.write(dir.resolve("model.bin"), bytes);
    assertThat(refused(dir).reason()).isEqualTo(RejectionReason.BAD_DIGEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"XGBOOST", "LIGHTGBM", "LINEAR", "ONNX"})
  void load_garbage_isUnreadable(Algorithm algorithm) {
    Draft draft = new Draft(algorithm, "not a model".getBytes(StandardCharsets.UTF_8), 0, 2, 0.5);
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.UNREADABLE_ARTIFACT);
  }

  @ParameterizedTest(name = "{0} cut to {1} per cent")
  @CsvSource({"XGBOOST,99", "XGBOOST,50", "LIGHTGBM,60", "LIGHTGBM,20", "LINEAR,70"})
  void load_truncatedArtifact_isUnreadable(Algorithm algorithm, int percent) {
    byte[] whole =
        switch (algorithm) {
          case XGBOOST -> TestModels.xgboost(1, 0);
          case LIGHTGBM -> TestModels.lightGbm(1, 0);
          default -> TestModels.linear(0.5, 2, -1);
        };
    byte[] part = java.util.Arrays.copyOf(whole, whole.length * percent / 100);
    Draft draft = new Draft(algorithm, part, 0, TestModels.INPUTS, 0.5);
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.UNREADABLE_ARTIFACT);
  }

  @Test
  void load_otherBooster_isUnsupported() {
    String text = new String(TestModels.xgboost(1, 0), StandardCharsets.UTF_8);
    byte[] dart = text.replace("\"gbtree\"", "\"dart\"").getBytes(StandardCharsets.UTF_8);
    Draft draft = new Draft(Algorithm.XGBOOST, dart, 0, TestModels.INPUTS, 0.5);
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.UNSUPPORTED);
  }

  @Test
  void load_otherNumberOfInputs_isWrongShape() {
    Draft draft = new Draft(Algorithm.LINEAR, TestModels.linear(0.5, 2, -1), 0, 3, 0.5);
    ModelRejectedException problem = refused(draft.write(temp));
    assertThat(problem.reason()).isEqualTo(RejectionReason.WRONG_SHAPE);
    assertThat(problem).hasMessageContaining("2 inputs").hasMessageContaining("states 3");
  }

  @ParameterizedTest(name = "{0} with {1} classes as a model of {2}")
  @CsvSource({"XGBOOST,0,3", "XGBOOST,3,0", "XGBOOST,2,3", "LIGHTGBM,0,2", "LIGHTGBM,3,0"})
  void load_objectiveOfAnotherTask_isWrongShape(Algorithm algorithm, int trained, int stated) {
    byte[] artifact =
        algorithm == Algorithm.XGBOOST
            ? TestModels.xgboost(1, trained)
            : TestModels.lightGbm(1, trained);
    double[] expected = new double[Math.max(1, stated == 2 ? 1 : stated)];
    Draft draft = new Draft(algorithm, artifact, stated, TestModels.INPUTS, expected);
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.WRONG_SHAPE);
  }

  @Test
  void load_otherOutputThanSelfTestStates_isSelfTestFailed() {
    Draft draft = TestModels.linearDraft();
    // 0.5 + 2·1 − 1·2 = 0.5, and 0.5 + 2·3 − 1·2 = 4.5.
    draft.selfTest =
        List.of(
            new SelfTest(new double[] {1, 2}, new double[] {0.5}, 1e-9),
            new SelfTest(new double[] {3, 2}, new double[] {4.51}, 1e-3));
    ModelRejectedException problem = refused(draft.write(temp));
    assertThat(problem.reason()).isEqualTo(RejectionReason.SELF_TEST_FAILED);
    assertThat(problem)
        .hasMessageContaining("self-test 1")
        .hasMessageContaining("4.5;")
        .hasMessageContaining("4.51");
  }

  @Test
  void load_selfTestWithinTolerance_passes() throws Exception {
    Draft draft = TestModels.linearDraft();
    draft.selfTest = List.of(new SelfTest(new double[] {3, 2}, new double[] {4.5009}, 1e-3));
    loader.load(draft.write(temp)).close();
  }

  @Test
  void load_selfTestThatGivesNaN_isSelfTestFailed() {
    Draft draft = TestModels.linearDraft();
    draft.selfTest = List.of(new SelfTest(new double[] {Double.NaN, 2}, new double[] {0.5}, 1e-3));
    assertThat(refused(draft.write(temp)).reason()).isEqualTo(RejectionReason.SELF_TEST_FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"combined_sentiment", "fundamentals_age_days", "vix", "f0"})
  void load_sequenceOfWhatIsNotMadeFromBars_isWrongSchemaAndNamesIt(String other) {
    Draft draft = OnnxModels.sequence("lstm");
    draft.sequence =
        new Sequence(8, List.of("log_return_1d", other, "beta_60d", "volume_ratio_5d"));
    ModelRejectedException problem = refused(draft.write(temp));
    assertThat(problem.reason()).isEqualTo(RejectionReason.WRONG_SCHEMA);
    assertThat(problem).hasMessageContaining("[" + other + "]").hasMessageContaining("bars");
  }

  @Test
  void loadOptions_outOfBounds_areRefusedAndNamed() {
    assertThatThrownBy(() -> new LoadOptions(0, Duration.ofMillis(50), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scoringThreads is 0");
    assertThatThrownBy(() -> new LoadOptions(1, Duration.ofNanos(999_999), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> new LoadOptions(1, Duration.ofSeconds(61), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT1M");
    assertThat(LoadOptions.DEFAULTS).isEqualTo(new LoadOptions(1, Duration.ofMillis(50), true));
  }

  @Test
  void ensureLoaded_afterwards_tmpdirIsTheOldOneAndNothingIsLeft() throws Exception {
    String before = System.getProperty("java.io.tmpdir");
    LightGbmNative.ensureLoaded();
    LightGbmNative.ensureLoaded();
    assertThat(System.getProperty("java.io.tmpdir")).isEqualTo(before);
    assertThat(Path.of(before, "lib_lightgbm_swig.so").toFile().lastModified())
        .as("nothing is unpacked to the shared place by this JVM")
        .isLessThan(ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli());
    assertThatThrownBy(() -> loader.load(temp)).isInstanceOf(ModelRejectedException.class);
  }

  private static void edit(Path dir, String from, String to) throws IOException {
    Path file = dir.resolve("manifest.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}
