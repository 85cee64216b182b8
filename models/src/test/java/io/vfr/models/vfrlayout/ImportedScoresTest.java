package io.vfr.models.vfrlayout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.Direction;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.Scorer;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.Task;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.trees.Attribution;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An imported model scores what Python's LightGBM predicts. */
class ImportedScoresTest {
  private static final double TOLERANCE = 1e-12;
  @TempDir private Path temp;

  private LoadedModel imported(String model, String artifact, String normalizer) throws Exception {
    Path source = Fixtures.layout(temp.resolve("source"), model, artifact, normalizer);
    ModelImport models = new ModelImport(temp.resolve("registry"), Set.of());
    ImportedModel imported = models.run(source, new ImportOptions("early-signal", "1.0.0"));
    return new ModelLoader(FeatureSchema.current()).load(imported.directory());
  }

  @ParameterizedTest(name = "{0}, {1}, normalizer {2}")
  @CsvSource({
    "binary, model.txt, std",
    "binary, model.txt, scale",
    "binary, model.txt, params",
    "binary, columns.txt, std",
    "binary, columns.txt, scale",
    "binary, columns.txt, params",
    "multiclass, model.txt, std",
    "multiclass, model.txt, scale",
    "multiclass, model.txt, params",
    "multiclass, columns.txt, std",
    "multiclass, columns.txt, scale",
    "multiclass, columns.txt, params",
    "regression, model.txt, std",
    "regression, model.txt, scale",
    "regression, model.txt, params",
    "regression, columns.txt, std",
    "regression, columns.txt, scale",
    "regression, columns.txt, params",
    "zero-as-missing, model.txt, ''",
    "no-missing, model.txt, ''",
    "categorical, model.txt, ''",
    "dart, model.txt, ''",
    "constant, model.txt, ''"
  })
  void score_everyRow_equalsPythonsPredict(String model, String artifact, String normalizer)
      throws Exception {
    double[][] rows = Fixtures.csv(model, "rows.csv");
    double[][] expected = Fixtures.csv(model, "expected.csv");
    assertThat(rows.length).isEqualTo(expected.length).isGreaterThanOrEqualTo(100);
    try (LoadedModel loaded = imported(model, artifact, normalizer);
        Scorer scorer = loaded.newScorer()) {
      double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
      double[] together = new double[rows.length * loaded.outputs()];
      scorer.score(flat, rows.length, together);
      double[] alone = new double[loaded.outputs()];
      for (int r = 0; r < rows.length; r++) {
        scorer.score(rows[r], 1, alone);
        assertThat(alone).hasSameSizeAs(expected[r]);
        for (int o = 0; o < alone.length; o++) {
          double scale = Math.max(1, Math.abs(expected[r][o]));
          assertThat(alone[o])
              .as("row %d output %d", r, o)
              .isEqualTo(together[r * alone.length + o])
              .isCloseTo(expected[r][o], within(TOLERANCE * scale));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, normalizer {1}")
  @CsvSource({
    "binary, std",
    "multiclass, scale",
    "regression, params",
    "zero-as-missing, ''",
    "no-missing, ''",
    "categorical, ''",
    "dart, ''",
    "constant, ''"
  })
  void newExactAttribution_everyRow_equalsPythonsPredContrib(String model, String normalizer)
      throws Exception {
    double[][] rows = Fixtures.csv(model, "rows.csv");
    double[][] expected = Fixtures.csv(model, "contrib.csv");
    try (LoadedModel loaded = imported(model, "model.txt", normalizer)) {
      Manifest manifest = loaded.manifest();
      boolean multiclass = manifest.task() == Task.MULTICLASS;
      int inputs = loaded.inputs();
      int up = multiclass ? manifest.classes().indexOf(Direction.UP) * (inputs + 1) : 0;
      int down = multiclass ? manifest.classes().indexOf(Direction.DOWN) * (inputs + 1) : -1;
      Attribution attribution = loaded.newExactAttribution();
      assertThat(attribution.method()).isEqualTo("shap");
      assertThat(loaded.newAttribution().method()).isEqualTo("path");
      double[] actual = new double[inputs + 1];
      for (int r = 0; r < expected.length; r++) {
        attribution.contributions(rows[r], actual);
        actual[inputs] = attribution.bias();
        for (int i = 0; i <= inputs; i++) {
          double wanted = expected[r][up + i] - (down < 0 ? 0 : expected[r][down + i]);
          assertThat(actual[i])
              .as("row %d input %d", r, i)
              .isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
        }
      }
    }
  }
}
