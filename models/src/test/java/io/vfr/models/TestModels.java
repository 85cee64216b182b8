package io.vfr.models;

import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Artifact;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.ManifestWriter;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.Normalizer;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Sequence;
import io.vfr.models.manifest.Target;
import io.vfr.models.manifest.Task;
import io.vfr.models.manifest.TrainingWindow;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.train.LightGbmTrainer;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.train.XgboostTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Small models that are really trained, and their directories. */
public final class TestModels {
  public static final int INPUTS = 6;
  private static final int ROWS = 800;

  private TestModels() {}

  /** Random rows; a tenth of the values is missing, some are zero, some negative zero. */
  public static double[] rows(long seed, int count, int inputs) {
    Random random = new Random(seed);
    double[] rows = new double[count * inputs];
    for (int i = 0; i < rows.length; i++) {
      double kind = random.nextDouble();
      rows[i] =
          kind < 0.1 ? Double.NaN : kind < 0.13 ? 0.0 : kind < 0.15 ? -0.0 : random.nextGaussian();
    }
    return rows;
  }

  private static TrainingMatrix matrix(long seed, int classes) {
    double[] rows = rows(seed, ROWS, INPUTS);
    Random noise = new Random(seed + 1);
    double[] labels = new double[ROWS];
    for (int r = 0; r < ROWS; r++) {
      double a = Double.isNaN(rows[r * INPUTS]) ? 0.7 : rows[r * INPUTS];
      double b = Double.isNaN(rows[r * INPUTS + 1]) ? -0.3 : rows[r * INPUTS + 1];
      double y = a * b + 0.5 * a + 0.2 * noise.nextGaussian();
      labels[r] = classes == 0 ? y : Math.min(classes - 1, Math.max(0, Math.floor(y + 1)));
    }
    return new TrainingMatrix(rows, INPUTS, labels);
  }

  /** An XGBoost regression, or with two or three classes a classifier. */
  public static byte[] xgboost(long seed, int classes) {
    Map<String, Object> parameters =
        switch (classes) {
          case 0 -> Map.of("objective", "reg:squarederror", "max_depth", 4, "seed", 7);
          case 2 -> Map.of("objective", "binary:logistic", "max_depth", 3, "seed", 7);
          default ->
              Map.of(
                  "objective", "multi:softprob", "num_class", classes, "max_depth", 3, "seed", 7);
        };
    return XgboostTrainer.train(matrix(seed, classes), parameters, 20, round -> {});
  }

  /** A LightGBM regression, or with two or three classes a classifier. */
  public static byte[] lightGbm(long seed, int classes) {
    Map<String, Object> parameters =
        switch (classes) {
          case 0 -> Map.of("objective", "regression", "num_leaves", 15, "min_data_in_leaf", 5);
          case 2 -> Map.of("objective", "binary", "num_leaves", 7, "min_data_in_leaf", 5);
          default ->
              Map.of(
                  "objective",
                  "multiclass",
                  "num_class",
                  classes,
                  "num_leaves",
                  7,
                  "min_data_in_leaf",
                  5);
        };
    return LightGbmTrainer.train(matrix(seed, classes), parameters, 20, round -> {})
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A linear regression with these weights. */
  public static byte[] linear(double intercept, double... coefficients) {
    List<String> texts = new ArrayList<>();
    for (double coefficient : coefficients) {
      texts.add(Double.toString(coefficient));
    }
    return ("{\"coefficients\":[["
            + String.join(",", texts)
            + "]],\"intercepts\":["
            + intercept
            + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A manifest under construction; its defaults are those of a good model. */
  public static final class Draft {
    private final byte[] artifact;
    private final Algorithm algorithm;
    private final int classes;
    public String id = "test-model";
    public String version = "1.0.0";
    public String sha256;
    public String schema = FeatureSchema.current().hash();
    public MissingPolicy missing = new MissingPolicy.KeepNan();
    public @Nullable Normalizer normalizer;
    public @Nullable Sequence sequence;
    public @Nullable FeatureReference reference;
    public List<String> names;
    public List<SelfTest> selfTest;

    public Draft(
        Algorithm algorithm, byte[] artifact, int classes, int inputs, double... expected) {
      this.algorithm = algorithm;
      this.artifact = artifact;
      this.classes = classes;
      sha256 = Sha256.hex(artifact);
      names = names(inputs);
      selfTest = List.of(new SelfTest(new double[inputs], expected, 1e-6));
    }

    public Manifest manifest() {
      boolean classifier = classes > 0;
      double[] means =
          switch (classes) {
            case 0 -> new double[0];
            case 2 -> new double[] {-0.8, 0.8};
            default -> new double[] {-0.9, 0, 0.9};
          };
      return new Manifest(
          id,
          version,
          algorithm,
          classifier ? Kind.DIRECTION : Kind.RETURN,
          classes == 0 ? Task.REGRESSION : classes == 2 ? Task.BINARY : Task.MULTICLASS,
          classifier ? Target.DIRECTION : Target.STANDARDIZED_RETURN,
          Duration.ofDays(1),
          new Artifact("model.bin", sha256),
          schema,
          sequence == null ? names : List.of(),
          sequence,
          sequence == null ? List.of(names.getFirst()) : List.of(),
          missing,
          normalizer,
          switch (classes) {
            case 0 -> List.of();
            case 2 -> List.of(Direction.DOWN, Direction.UP);
            default -> List.of(Direction.DOWN, Direction.NEUTRAL, Direction.UP);
          },
          selfTest,
          null,
          Map.of("hitRate", 0.5),
          new TrainingWindow(LocalDate.parse("2012-09-04"), LocalDate.parse("2014-12-31")),
          new CalibrationData(0.3, 0.015, new double[] {-3, -1, 0, 1, 3}, means),
          reference);
    }

    /** Writes manifest and artifact into a directory, which is made. */
    public Path write(Path dir) {
      try {
        Files.createDirectories(dir);
        Files.write(dir.resolve("manifest.json"), ManifestWriter.write(manifest()));
        Files.write(dir.resolve("model.bin"), artifact);
        return dir;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The linear model 0.5 + 2 f0 − f1. */
  public static Draft linearDraft() {
    return new Draft(Algorithm.LINEAR, linear(0.5, 2, -1), 0, 2, 0.5);
  }

  /** The names f0, f1, … */
  public static List<String> names(int inputs) {
    return IntStream.range(0, inputs).mapToObj(i -> "f" + i).toList();
  }
}
