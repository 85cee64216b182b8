package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.vfrlayout.ImportOptions;
import io.vfr.models.vfrlayout.ImportedModel;
import io.vfr.models.vfrlayout.ModelImport;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model in VFR's layout, imported, scores live events as Python's LightGBM predicts them. None of
 * its features is computed here: all of them arrive in the open map of vfr.fundamentals.
 */
class ImportedModelFlowTest {
  private static final Path FIXTURES =
      Path.of("..", "models", "src", "test", "resources", "io", "vfr", "models", "vfrlayout");
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final int INPUTS = 8;

  @TempDir private Path temp;

  @ParameterizedTest(name = "{0}")
  @CsvSource({"binary, std", "multiclass, scale", "regression, std"})
  void importedModel_liveEvents_equalPythonsPredict(String task, String normalizer)
      throws Exception {
    double[][] rows = csv(task, "rows.csv");
    double[][] expected = csv(task, "expected.csv");
    ModelSet models = ModelSet.ofChampions(List.of(imported(task, normalizer)));
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(temp.resolve("state")), models)) {
      for (int r = 0; r < rows.length; r++) {
        long ts = START + r * DAY;
        pipeline.fundamentals(new Fundamentals("AAPL", ts, START, values(rows[r])));
        pipeline.price(new PriceBar("AAPL", ts, 100, 102, 99, 101, 1e6, null));
      }
      List<Prediction> predictions = pipeline.predictions();
      assertThat(predictions).hasSameSizeAs(rows);
      for (int r = 0; r < rows.length; r++) {
        ModelScore score = predictions.get(r).models().getFirst();
        assertThat(score.id()).isEqualTo("early-signal");
        assertThat(score.status()).isEqualTo(ModelStatus.OK);
        assertThat(score.output()).as("row %d", r).hasSameSizeAs(expected[r]);
        for (int o = 0; o < expected[r].length; o++) {
          assertThat(score.output()[o])
              .as("row %d output %d", r, o)
              .isCloseTo(expected[r][o], within(1e-12));
        }
      }
    }
  }

  /** Trained without names; metadata.json calls its inputs what no feature of ours is called. */
  private LoadedModel imported(String task, String normalizer) throws Exception {
    Path source = Files.createDirectory(temp.resolve("source"));
    Files.copy(FIXTURES.resolve(task).resolve("columns.txt"), source.resolve("model.txt"));
    String normalization =
        Files.readString(FIXTURES.resolve(task).resolve("normalizer-" + normalizer + ".json"))
            .replace("\"features\"", "\"trainedAs\"");
    Files.writeString(source.resolve("normalizer.json"), normalization);
    Files.writeString(
        source.resolve("metadata.json"),
        IntStream.range(0, INPUTS)
            .mapToObj(i -> "\"" + name(i) + "\"")
            .collect(Collectors.joining(",", "{\"featureNames\":[", "]}")));
    ImportedModel imported =
        new ModelImport(temp.resolve("registry"), Set.of())
            .run(source, new ImportOptions("early-signal", "1.0.0"));
    assertThat(imported.computed()).isEmpty();
    return new ModelLoader(FeatureSchema.current()).load(imported.directory());
  }

  private static String name(int input) {
    return "Insider.signal-" + input;
  }

  private static Map<String, Double> values(double[] row) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < row.length; i++) {
      if (!Double.isNaN(row[i])) {
        values.put(name(i), row[i]);
      }
    }
    return values;
  }

  private static double[][] csv(String task, String file) throws IOException {
    return Files.readAllLines(FIXTURES.resolve(task).resolve(file)).stream()
        .map(line ->
            Arrays.stream(line.split(",", -1))
                .mapToDouble(field -> field.isEmpty() ? Double.NaN : Double.parseDouble(field))
                .toArray())
        .toArray(double[][]::new);
  }
}
