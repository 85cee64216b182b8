package io.vfr.streams.cli.models;

import io.vfr.models.train.ForecastScores;
import io.vfr.models.train.TrainingMatrix;
import io.vfr.models.train.XgboostTrainer;
import io.vfr.models.trees.TreeEnsemble;
import io.vfr.models.trees.TreeFormatException;
import io.vfr.models.trees.XgboostTrees;
import io.vfr.streams.cli.models.FeatureSet.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Trains one recipe step by step through its training window, and once on all of it: every row
 * later than the first step is scored by a model that saw neither it nor anything after it. A row
 * belongs to a window only if the bar that its label is taken from still lies in it.
 */
final class WalkForward {
  /** A move of more volatilities is an event that no bar announces: cut off, for training only. */
  private static final double STANDARDIZED_MAX = 5;

  /**
   * The steps.
   *
   * @param folds last training days of the steps, ascending
   * @param trainUntil last training day of the model that is kept, later than all of them
   */
  record Windows(List<LocalDate> folds, LocalDate trainUntil) {
    Windows {
      folds = List.copyOf(folds);
      LocalDate last = LocalDate.MIN;
      for (LocalDate day : all(folds, trainUntil)) {
        if (!day.isAfter(last)) {
          throw new IllegalArgumentException(
              "windows must end one after the other; " + day + " is not after " + last);
        }
        last = day;
      }
    }

    private static List<LocalDate> all(List<LocalDate> folds, LocalDate trainUntil) {
      List<LocalDate> days = new ArrayList<>(folds);
      days.add(trainUntil);
      return days;
    }

    List<LocalDate> ends() {
      return all(folds, trainUntil);
    }
  }

  /** A step: what the model trained up to a day scored on the rows until the next step. */
  record Step(LocalDate trainedUntil, int trainingRows, ForecastScores scores) {}

  /**
   * What a finished run gives.
   *
   * @param artifact the model trained on the whole window, in XGBoost's JSON format
   * @param trainingRows rows it was trained on
   * @param from first day of those
   * @param to last day that a label of those was taken from
   * @param outputs one per row that was handed in, NaN where no model scored it
   */
  @SuppressWarnings("ArrayRecordComponent") // as long as the rows
  record Result(
      byte[] artifact,
      int trainingRows,
      LocalDate from,
      LocalDate to,
      List<Step> steps,
      double[] outputs) {
    Result {
      steps = List.copyOf(steps);
    }
  }

  private final ModelRecipe recipe;
  private final List<Row> rows;
  private final int[] requiredInputs;

  /**
   * Prepares a run.
   *
   * @param rows with the recipe's inputs
   */
  WalkForward(ModelRecipe recipe, List<Row> rows) {
    this.recipe = recipe;
    this.rows = rows;
    requiredInputs = recipe.required().stream().mapToInt(recipe.inputs()::indexOf).toArray();
  }

  /** Runs all steps; the callback is told after each boosting round. */
  Result run(Windows windows, IntConsumer onRound) {
    double[] outputs = new double[rows.size()];
    Arrays.fill(outputs, Double.NaN);
    List<Step> steps = new ArrayList<>();
    List<LocalDate> ends = windows.ends();
    for (int i = 0; ; i++) {
      LocalDate end = ends.get(i);
      boolean last = i == ends.size() - 1;
      List<Row> training = training(end);
      byte[] artifact = train(training, onRound);
      score(artifact, end, last ? LocalDate.MAX : ends.get(i + 1), outputs);
      if (last) {
        LocalDate from = training.stream().map(Row::day).min(LocalDate::compareTo).orElseThrow();
        LocalDate to = training.stream().map(Row::labelDay).max(LocalDate::compareTo).orElseThrow();
        return new Result(artifact, training.size(), from, to, steps, outputs);
      }
      steps.add(new Step(end, training.size(), measure(end, ends.get(i + 1), outputs)));
    }
  }

  private boolean hasRequired(Row row) {
    return Arrays.stream(requiredInputs).noneMatch(i -> Double.isNaN(row.inputs()[i]));
  }

  private List<Row> training(LocalDate until) {
    Predicate<Row> wanted =
        row ->
            row.isLabelled()
                && !row.isHeldOut()
                && hasRequired(row)
                && !row.labelDay().isAfter(until);
    List<Row> training = rows.stream().filter(wanted).toList();
    if (training.isEmpty()) {
      throw new IllegalArgumentException(
          "no row to train on: no symbol has enough bars up to " + until);
    }
    return training;
  }

  private byte[] train(List<Row> training, IntConsumer onRound) {
    int width = recipe.inputs().size();
    double[] values = new double[training.size() * width];
    double[] labels = new double[training.size()];
    for (int r = 0; r < labels.length; r++) {
      Row row = training.get(r);
      System.arraycopy(row.inputs(), 0, values, r * width, width);
      labels[r] = Math.clamp(row.standardized(), -STANDARDIZED_MAX, STANDARDIZED_MAX);
    }
    subtractDayMeans(training, labels);
    return XgboostTrainer.train(
        new TrainingMatrix(values, width, labels), recipe.parameters(), recipe.rounds(), onRound);
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

  /** Scores the rows later than one day up to another, held-out symbols as well. */
  private void score(byte[] artifact, LocalDate after, LocalDate until, double[] outputs) {
    TreeEnsemble trees = parse(artifact);
    double[] out = new double[trees.outputs()];
    for (int r = 0; r < outputs.length; r++) {
      Row row = rows.get(r);
      if (row.day().isAfter(after) && !row.day().isAfter(until) && hasRequired(row)) {
        trees.margins(row.inputs(), out);
        outputs[r] = out[0];
      }
    }
  }

  private ForecastScores measure(LocalDate after, LocalDate until, double[] outputs) {
    List<Integer> measured = new ArrayList<>();
    for (int r = 0; r < outputs.length; r++) {
      Row row = rows.get(r);
      if (!Double.isNaN(outputs[r])
          && row.isLabelled()
          && !row.isHeldOut()
          && row.day().isAfter(after)
          && !row.labelDay().isAfter(until)) {
        measured.add(r);
      }
    }
    return ForecastScores.measure(
        measured.stream().mapToLong(r -> rows.get(r).day().toEpochDay()).toArray(),
        measured.stream().mapToDouble(r -> outputs[r] * rows.get(r).sigma()).toArray(),
        measured.stream().mapToDouble(r -> rows.get(r).labelReturn()).toArray());
  }

  private static TreeEnsemble parse(byte[] artifact) {
    try {
      return XgboostTrees.parse(artifact);
    } catch (TreeFormatException e) {
      throw new IllegalStateException("a model just trained cannot be read", e);
    }
  }
}
