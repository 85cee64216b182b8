package io.vfr.streams.cli.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vfr.models.load.Sha256;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.train.ForecastScores;
import io.vfr.streams.cli.models.FeatureSet.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vfr models train}: makes the shipped XGBoost model from an exported feature set. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains mean-reversion-xgb-v2 on a feature set that vfr features export wrote, walking forward"
          + " through the training window, and scores every later row with a model that did not see it.",
      "Writes model.json, outputs.csv (symbol,ts,output) and training.json. One step of"
          + " scripts/train/run, which makes the manifest and the card of all four models."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before the command runs
public final class TrainCommand implements Callable<Integer> {
  private static final String ARTIFACT = "model.json";
  private static final String OUTPUTS = "outputs.csv";
  private static final String SUMMARY = "training.json";

  @Spec private CommandSpec spec;

  @Option(
      names = "--features",
      required = true,
      paramLabel = "FILE",
      description = "CSV or CSV.gz of vfr features export")
  private Path features;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "where to write")
  private Path out;

  @Option(
      names = "--train-until",
      defaultValue = "2014-06-30",
      paramLabel = "DATE",
      description = "last day that a training label is taken from (default: ${DEFAULT-VALUE})")
  private LocalDate trainUntil;

  @Option(
      names = "--fold",
      defaultValue = "2013-09-30,2013-12-31,2014-03-31",
      split = ",",
      paramLabel = "DATE",
      description =
          "last training days of the steps before that, ascending (default: ${DEFAULT-VALUE})")
  private List<LocalDate> folds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "boosting rounds (default: those of the shipped model)")
  private @Nullable Integer rounds;

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      description = "a parameter of XGBoost instead of the shipped model's; may be repeated")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(names = "--overwrite", description = "replace files that are there already")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    WalkForward.Windows windows = windows();
    ModelRecipe recipe = recipe();
    for (String file : List.of(ARTIFACT, OUTPUTS, SUMMARY)) {
      if (Files.exists(out.resolve(file)) && !overwrite) {
        throw new ParameterException(
            spec.commandLine(), out.resolve(file) + " is there already; give --overwrite");
      }
    }
    List<Row> rows = FeatureSet.read(features, recipe.inputs());
    WalkForward.Result result;
    try (ProgressBar bar = bar(recipe.id(), recipe.rounds() * windows.ends().size())) {
      result = new WalkForward(recipe, rows).run(windows, round -> bar.step());
    }
    Files.createDirectories(out);
    Files.write(out.resolve(ARTIFACT), result.artifact());
    Files.writeString(out.resolve(OUTPUTS), outputs(rows, result.outputs()));
    Files.writeString(out.resolve(SUMMARY), summary(recipe, windows, result));
    report(recipe, result);
    return 0;
  }

  private WalkForward.Windows windows() {
    try {
      return new WalkForward.Windows(folds, trainUntil);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--fold, --train-until: " + e.getMessage());
    }
  }

  private ModelRecipe recipe() {
    ModelRecipe shipped = ModelRecipe.MEAN_REVERSION;
    int wanted = rounds == null ? shipped.rounds() : rounds;
    if (wanted < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rounds is " + wanted + "; it must be at least 1");
    }
    return shipped.with(parameters, wanted);
  }

  private void report(ModelRecipe recipe, WalkForward.Result result) {
    PrintWriter writer = spec.commandLine().getOut();
    for (WalkForward.Step step : result.steps()) {
      ForecastScores scores = step.scores();
      writer.printf(
          Locale.ROOT,
          "trained on %d rows to %s: %d rows after it, rank IC %+.4f (t %+.1f), hit rate %.4f,"
              + " RMSE %.6f (of zero %.6f)%n",
          step.trainingRows(),
          step.trainedUntil(),
          scores.rows(),
          scores.rankIc(),
          scores.rankIcT(),
          scores.hitRate(),
          scores.rmse(),
          scores.rmseZero());
    }
    writer.printf(
        Locale.ROOT,
        "%s %s: trained on %d rows to %s, %d bytes, SHA-256 %s%n",
        recipe.id(),
        recipe.version(),
        result.trainingRows(),
        result.to(),
        result.artifact().length,
        Sha256.hex(result.artifact()));
    writer.flush();
  }

  private static String outputs(List<Row> rows, double[] outputs) {
    StringBuilder csv = new StringBuilder("symbol,ts,output\n");
    for (int r = 0; r < outputs.length; r++) {
      if (!Double.isNaN(outputs[r])) {
        Row row = rows.get(r);
        csv.append(row.symbol()).append(',').append(row.millis()).append(',');
        csv.append(outputs[r]).append('\n');
      }
    }
    return csv.toString();
  }

  private static String summary(
      ModelRecipe recipe, WalkForward.Windows windows, WalkForward.Result result) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("id", recipe.id());
    summary.put("version", recipe.version());
    summary.put("featureSchema", FeatureSchema.current().hash());
    summary.put("inputs", recipe.inputs());
    summary.put("required", recipe.required());
    summary.put("parameters", new TreeMap<>(recipe.parameters()));
    summary.put("rounds", recipe.rounds());
    summary.put("folds", windows.folds().stream().map(LocalDate::toString).toList());
    summary.put("rows", result.trainingRows());
    summary.put("from", result.from().toString());
    summary.put("to", result.to().toString());
    try {
      return new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(summary)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map could not be written", e);
    }
  }

  private static ProgressBar bar(String task, int steps) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(steps)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .build();
  }
}
