package io.vfr.streams.cli.models;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Calibration;
import io.vfr.models.calibration.ResidualDistribution;
import io.vfr.models.load.Sha256;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Artifact;
import io.vfr.models.manifest.CalibrationData;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.MissingPolicy;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.manifest.Task;
import io.vfr.models.manifest.TrainingWindow;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.train.ForecastScores;
import io.vfr.models.train.LightGbmTrainer;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.train.XgboostTrainer;
import io.vfr.streams.cli.models.TrainingRows.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * One training run of one recipe: train, calibrate on the validation year, measure on years and
 * symbols that training never saw.
 */
final class ModelTraining {
  /** Half width of NEUTRAL in volatilities: makes the three classes about equally frequent. */
  static final double NEUTRAL_BAND = 0.35;

  /** Nominal coverage of the intervals that are measured. */
  static final double COVERAGE = 0.8;

  /** A move of more volatilities is an event that no bar announces: cut off, for training only. */
  private static final double STANDARDIZED_MAX = 5;

  private static final int QUANTILES = 101;
  private static final int SELF_TESTS = 8;
  private static final double SELF_TEST_TOLERANCE = 1e-6;

  /** What a finished run gives. */
  record Result(Manifest manifest, byte[] artifact, int trainingRows, List<Segment> segments) {
    Result {
      segments = List.copyOf(segments);
    }
  }

  private final ModelRecipe recipe;
  private final TrainingRows data;
  private final LocalDate trainUntil;
  private final LocalDate validateUntil;
  private final int[] columns;
  private final int[] requiredColumns;

  ModelTraining(
      ModelRecipe recipe, TrainingRows data, LocalDate trainUntil, LocalDate validateUntil) {
    this.recipe = recipe;
    this.data = data;
    this.trainUntil = trainUntil;
    this.validateUntil = validateUntil;
    columns = recipe.inputs().stream().mapToInt(data.names()::indexOf).toArray();
    requiredColumns = recipe.required().stream().mapToInt(data.names()::indexOf).toArray();
  }

  Result run(IntConsumer onRound) {
    List<Row> training = select(row -> !row.heldOutSymbol() && !row.nextDay().isAfter(trainUntil));
    if (training.isEmpty()) {
      throw new IllegalArgumentException(
          "no row to train on: no symbol has enough bars up to " + trainUntil);
    }
    byte[] artifact = train(training, onRound);
    TrainedTrees trees = TrainedTrees.parse(recipe.algorithm(), artifact);
    List<Row> validation = select(row -> inValidation(row) && !row.heldOutSymbol());
    if (validation.isEmpty()) {
      throw new IllegalArgumentException(
          "no row to calibrate on between " + trainUntil + " and " + validateUntil);
    }
    CalibrationData calibration = calibrate(trees, training, validation);
    Manifest draft = manifest(artifact, training, calibration, Map.of(), List.of());
    List<Segment> segments = segments(draft, trees, training);
    ForecastScores measured =
        measure("", draft, trees, validation, Segment.baseRates(training)).forecasts();
    Map<String, Double> metrics = new LinkedHashMap<>();
    put(metrics, "hitRate", measured.hitRate());
    put(metrics, "rankIc", measured.rankIc());
    put(metrics, "rmse", measured.rmse());
    put(metrics, "rmseZero", measured.rmseZero());
    Manifest manifest =
        manifest(artifact, training, calibration, metrics, selfTests(trees, validation));
    return new Result(manifest, artifact, training.size(), segments);
  }

  /** A figure that could not be measured, e.g. across too few symbols, is left out. */
  private static void put(Map<String, Double> metrics, String name, double value) {
    if (Double.isFinite(value)) {
      metrics.put(name, round(value));
    }
  }

  private boolean inValidation(Row row) {
    return row.day().isAfter(trainUntil) && !row.nextDay().isAfter(validateUntil);
  }

  private List<Row> select(Predicate<Row> wanted) {
    return data.rows().stream()
        .filter(
            row -> Arrays.stream(requiredColumns).noneMatch(c -> Double.isNaN(row.features()[c])))
        .filter(wanted)
        .toList();
  }

  private double[] input(Row row) {
    double[] input = new double[columns.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = row.features()[columns[i]];
    }
    return input;
  }

  private static double clipped(Row row) {
    return Math.clamp(row.standardized(), -STANDARDIZED_MAX, STANDARDIZED_MAX);
  }

  private byte[] train(List<Row> training, IntConsumer onRound) {
    double[] values = new double[training.size() * columns.length];
    double[] labels = new double[training.size()];
    for (int r = 0; r < labels.length; r++) {
      Row row = training.get(r);
      System.arraycopy(input(row), 0, values, r * columns.length, columns.length);
      labels[r] = recipe.task() == Task.REGRESSION ? clipped(row) : Segment.outcome(row).ordinal();
    }
    if (recipe.relativeToMarket()) {
      subtractDayMeans(training, labels);
    }
    TrainingMatrix matrix = new TrainingMatrix(values, columns.length, labels);
    return recipe.algorithm() == Algorithm.XGBOOST
        ? XgboostTrainer.train(matrix, recipe.parameters(), recipe.rounds(), onRound)
        : LightGbmTrainer.train(matrix, recipe.parameters(), recipe.rounds(), onRound)
            .getBytes(StandardCharsets.UTF_8);
  }

  /** What a day gave to all symbols is one observation, not one per symbol: it teaches nothing. */
  private static void subtractDayMeans(List<Row> rows, double[] labels) {
    Map<LocalDate, double[]> sums = new HashMap<>();
    for (int r = 0; r < labels.length; r++) {
      double[] sum = sums.computeIfAbsent(rows.get(r).day(), day -> new double[2]);
      sum[0] += labels[r];
      sum[1]++;
    }
    for (int r = 0; r < labels.length; r++) {
      double[] sum = sums.getOrDefault(rows.get(r).day(), new double[] {0, 1});
      labels[r] -= sum[0] / sum[1];
    }
  }

  private CalibrationData calibrate(TrainedTrees trees, List<Row> training, List<Row> validation) {
    double[] classMeans = recipe.task() == Task.REGRESSION ? new double[0] : classMeans(training);
    double[] residuals =
        validation.stream()
            .mapToDouble(
                row -> row.standardized() - standardized(trees.score(input(row)), classMeans))
            .toArray();
    double[] quantiles = ResidualDistribution.ofSample(residuals, QUANTILES).quantiles();
    for (int i = 0; i < quantiles.length; i++) {
      quantiles[i] = round(quantiles[i]);
    }
    double[] sigmas = training.stream().mapToDouble(Row::sigma).sorted().toArray();
    return new CalibrationData(
        NEUTRAL_BAND, round(sigmas[sigmas.length / 2]), quantiles, classMeans);
  }

  private static double standardized(double[] output, double[] classMeans) {
    if (classMeans.length == 0) {
      return output[0];
    }
    double sum = 0;
    for (int k = 0; k < classMeans.length; k++) {
      sum += output[k] * classMeans[k];
    }
    return sum;
  }

  private static double[] classMeans(List<Row> rows) {
    double[] sums = new double[3];
    int[] counts = new int[3];
    for (Row row : rows) {
      int k = Segment.outcome(row).ordinal();
      sums[k] += clipped(row);
      counts[k]++;
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] = round(sums[k] / counts[k]);
    }
    return sums;
  }

  private List<Segment> segments(Manifest draft, TrainedTrees trees, List<Row> training) {
    double[] baseRates = Segment.baseRates(training);
    List<Segment> segments = new ArrayList<>();
    for (boolean heldOut : new boolean[] {false, true}) {
      String symbols = heldOut ? "symbols never trained on" : "symbols trained on";
      addSegment(
          segments,
          "validation, to " + validateUntil + ", " + symbols,
          draft,
          trees,
          select(row -> inValidation(row) && row.heldOutSymbol() == heldOut),
          baseRates);
      int lastYear = data.rows().stream().mapToInt(row -> row.day().getYear()).max().orElse(0);
      for (int year = validateUntil.plusDays(1).getYear(); year <= lastYear; year++) {
        int wanted = year;
        addSegment(
            segments,
            "test, " + year + ", " + symbols,
            draft,
            trees,
            select(row ->
                row.day().isAfter(validateUntil)
                    && row.day().getYear() == wanted
                    && row.heldOutSymbol() == heldOut),
            baseRates);
      }
    }
    return segments;
  }

  private void addSegment(
      List<Segment> segments,
      String name,
      Manifest draft,
      TrainedTrees trees,
      List<Row> rows,
      double[] baseRates) {
    if (!rows.isEmpty()) {
      segments.add(measure(name, draft, trees, rows, baseRates));
    }
  }

  private Segment measure(
      String name, Manifest draft, TrainedTrees trees, List<Row> rows, double[] baseRates) {
    return Segment.measure(
        name, Calibration.of(draft), rows, row -> trees.score(input(row)), baseRates);
  }

  /** Real rows, half of them the ones with the most missing values, spread over the year. */
  private List<SelfTest> selfTests(TrainedTrees trees, List<Row> rows) {
    List<Row> sparse =
        rows.stream()
            .sorted(
                Comparator.comparingLong(
                        (Row row) -> Arrays.stream(input(row)).filter(Double::isNaN).count())
                    .reversed()
                    .thenComparing(Row::symbol)
                    .thenComparing(Row::day))
            .limit(SELF_TESTS / 2)
            .toList();
    List<Row> chosen = new ArrayList<>(sparse);
    for (int i = 0; i < SELF_TESTS / 2; i++) {
      chosen.add(rows.get((int) ((i + 0.5) * rows.size() / (SELF_TESTS / 2))));
    }
    return chosen.stream()
        .map(row -> new SelfTest(input(row), trees.score(input(row)), SELF_TEST_TOLERANCE))
        .toList();
  }

  private Manifest manifest(
      byte[] artifact,
      List<Row> training,
      CalibrationData calibration,
      Map<String, Double> metrics,
      List<SelfTest> selfTests) {
    return new Manifest(
        recipe.id(),
        recipe.version(),
        recipe.algorithm(),
        recipe.kind(),
        recipe.task(),
        recipe.target(),
        Duration.ofDays(1),
        new Artifact(recipe.artifactFile(), Sha256.hex(artifact)),
        FeatureSchema.current().hash(),
        recipe.inputs(),
        null,
        recipe.required(),
        new MissingPolicy.KeepNan(),
        null,
        recipe.task() == Task.REGRESSION ? List.of() : List.of(Direction.values()),
        selfTests,
        null,
        metrics,
        new TrainingWindow(
            training.stream().map(Row::day).min(Comparator.naturalOrder()).orElseThrow(),
            training.stream().map(Row::nextDay).max(Comparator.naturalOrder()).orElseThrow()),
        calibration,
        null);
  }

  /** Six digits are more than any of these figures is worth, and keep manifests readable. */
  private static double round(double value) {
    return Math.rint(value * 1e6) / 1e6;
  }
}
