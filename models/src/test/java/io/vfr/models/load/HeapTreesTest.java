package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestReader;
import io.vfr.models.manifest.Task;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import io.vfr.models.trees.TreeEnsemble;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the heap serves and when the library does. */
class HeapTreesTest {
  private static final int ROWS = 2000;
  @TempDir private Path temp;

  private static NativeTrees library(Algorithm algorithm, int classes) throws Exception {
    Task task =
        switch (classes) {
          case 0 -> Task.REGRESSION;
          case 2 -> Task.BINARY;
          default -> Task.MULTICLASS;
        };
    return algorithm == Algorithm.XGBOOST
        ? XgboostBackend.load(TestModels.xgboost(5, classes), task)
        : LightGbmBackend.load(TestModels.lightGbm(5, classes), task);
  }

  private Manifest manifest(Algorithm algorithm, int classes, double[] expected) throws Exception {
    byte[] artifact =
        algorithm == Algorithm.XGBOOST
            ? TestModels.xgboost(5, classes)
            : TestModels.lightGbm(5, classes);
    Path dir =
        new Draft(algorithm, artifact, classes, TestModels.INPUTS, expected)
            .write(Files.createTempDirectory(temp, "model"));
    return ManifestReader.read(Files.readAllBytes(dir.resolve("manifest.json")));
  }

  private static double[] score(Backend backend, double[] rows) {
    double[] out = new double[ROWS * backend.outputs()];
    try (Kernel kernel = backend.newKernel()) {
      kernel.score(rows, ROWS, out);
    }
    return out;
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @CsvSource({"XGBOOST,0", "XGBOOST,2", "XGBOOST,3", "LIGHTGBM,0", "LIGHTGBM,2", "LIGHTGBM,3"})
  void insteadOf_realModels_servesOnTheHeapWithTheLibrarysOutputs(Algorithm algorithm, int classes)
      throws Exception {
    double[] rows = TestModels.rows(9, ROWS, TestModels.INPUTS);
    NativeTrees reference = library(algorithm, classes);
    double[] expected = score(reference, rows);
    double[] first = new double[reference.outputs()];
    try (Kernel kernel = reference.newKernel()) {
      kernel.score(new double[TestModels.INPUTS], 1, first);
    }
    Backend heap = HeapTrees.insteadOf(reference, manifest(algorithm, classes, first));
    assertThat(heap.execution()).startsWith("on the heap, equal to " + reference.library());
    assertThat(heap.caveat()).isEmpty();
    double[] actual = score(heap, rows);
    // Margins are equal bit for bit; float32 probabilities may differ in their last digit.
    double tolerance = classes == 0 ? 0 : algorithm == Algorithm.XGBOOST ? 1.2e-7 : 4e-16;
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("output %d", i).isCloseTo(expected[i], within(tolerance));
    }
    heap.close();
  }

  /** A library whose margins are those of the trees but for one row in a thousand. */
  private record Deviating(NativeTrees real) implements NativeTrees {
    @Override
    public String library() {
      return real.library();
    }

    @Override
    public TreeEnsemble trees() {
      return real.trees();
    }

    @Override
    public void margins(double[] rows, int rowCount, double[] out) {
      real.margins(rows, rowCount, out);
      out[777] = Math.nextUp(out[777]);
    }

    @Override
    public void link(double[] margins, int rowCount) {
      real.link(margins, rowCount);
    }

    @Override
    public int inputs() {
      return real.inputs();
    }

    @Override
    public int outputs() {
      return real.outputs();
    }

    @Override
    public long memoryBytes() {
      return real.memoryBytes();
    }

    @Override
    public Kernel newKernel() {
      return real.newKernel();
    }

    @Override
    public Attribution newAttribution(double[] outputWeights) {
      return real.newAttribution(outputWeights);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  void insteadOf_aSingleDifference_leavesTheLibraryInChargeAndSaysWhere() throws Exception {
    double[] rows = TestModels.rows(9, ROWS, TestModels.INPUTS);
    NativeTrees real = library(Algorithm.LIGHTGBM, 0);
    double[] expected = score(real, rows);
    Backend declined =
        HeapTrees.insteadOf(new Deviating(real), manifest(Algorithm.LIGHTGBM, 0, new double[] {0}));
    assertThat(declined.caveat().orElseThrow())
        .startsWith(
            "it is scored by LightGBM, many times as slowly: in check row 777 the margin is ");
    assertThat(score(declined, rows)).containsExactly(expected);
    declined.close();
  }

  @Test
  void load_ofAModelDirectory_runsOnTheHeap() throws Exception {
    NativeTrees reference = library(Algorithm.XGBOOST, 0);
    double[] first = new double[1];
    try (Kernel kernel = reference.newKernel()) {
      kernel.score(new double[TestModels.INPUTS], 1, first);
    }
    reference.close();
    Path dir =
        new Draft(Algorithm.XGBOOST, TestModels.xgboost(5, 0), 0, TestModels.INPUTS, first)
            .write(temp);
    try (LoadedModel model = new ModelLoader(FeatureSchema.current()).load(dir)) {
      assertThat(model.execution()).contains("on the heap");
      assertThat(model.caveat()).isEmpty();
    }
  }
}
