package io.vfr.streams.cli.models;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.manifest.ManifestWriter;
import io.vfr.models.schema.FeatureSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

/** {@code vfr models train}: makes the shipped tree models from CSV files. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Trains the shipped tree models from CSV or CSV.gz files and writes each, with its manifest and"
          + " card, below a registry directory.",
      "Rows up to --train-until train, the time up to --validate-until calibrates, what is later tests;"
          + " every fifth symbol is never trained on."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before the command runs
public final class TrainCommand implements Callable<Integer> {
  private static final List<ModelRecipe> RECIPES =
      List.of(ModelRecipe.MEAN_REVERSION, ModelRecipe.DIRECTION);

  @Spec private CommandSpec spec;

  @Option(
      names = "--prices",
      required = true,
      paramLabel = "FILE",
      description = "columns symbol,ts,open,high,low,close,volume; daily bars")
  private Path prices;

  @Option(
      names = "--fundamentals",
      required = true,
      paramLabel = "FILE",
      description = "columns symbol,knownAt,periodEnd and one per feature")
  private Path fundamentals;

  @Option(
      names = "--macro",
      required = true,
      paramLabel = "FILE",
      description = "columns series,ts,value; ts is when the value was available")
  private Path macro;

  @Option(
      names = "--about-data",
      paramLabel = "FILE",
      description = "Markdown for the cards: origin, licence and limits of the files")
  private @Nullable Path aboutData;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "registry directory; <id>/<version> is made in it")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "ID",
      description = "train only this model; may be repeated (default: all)")
  private List<String> ids = new ArrayList<>();

  @Option(
      names = "--train-until",
      defaultValue = "2014-12-31",
      paramLabel = "DATE",
      description = "last day of the training window (default: ${DEFAULT-VALUE})")
  private LocalDate trainUntil;

  @Option(
      names = "--validate-until",
      defaultValue = "2015-12-31",
      paramLabel = "DATE",
      description = "last day of the validation window (default: ${DEFAULT-VALUE})")
  private LocalDate validateUntil;

  @Option(names = "--overwrite", description = "replace a version that is there already")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    List<ModelRecipe> recipes = recipes();
    String about =
        aboutData == null
            ? "Nothing was stated about the files that this model was trained on."
            : Files.readString(aboutData);
    PrintStream progress = System.err;
    PriceHistory history = PriceHistory.read(prices);
    progress.printf(
        Locale.ROOT, "%d price rows, %d left out%n", history.rows(), history.rejected());
    Set<String> names = new LinkedHashSet<>();
    recipes.forEach(recipe -> {
      names.addAll(recipe.inputs());
      names.addAll(recipe.required());
    });
    TrainingRows rows =
        new TrainingRows(
            List.copyOf(names), MacroHistory.read(macro), FundamentalsHistory.read(fundamentals));
    var bySymbol = history.bySymbol();
    try (ProgressBar bar = bar("features", bySymbol.size())) {
      rows.addAll(bySymbol, bar::step);
    }
    for (ModelRecipe recipe : recipes) {
      ModelTraining.Result result;
      try (ProgressBar bar = bar(recipe.id(), recipe.rounds())) {
        result =
            new ModelTraining(recipe, rows, trainUntil, validateUntil).run(round -> bar.step());
      }
      write(recipe, result, history, about);
    }
    return 0;
  }

  private List<ModelRecipe> recipes() {
    if (!trainUntil.isBefore(validateUntil)) {
      throw new ParameterException(
          spec.commandLine(),
          "--train-until " + trainUntil + " must be before --validate-until " + validateUntil);
    }
    List<String> known = RECIPES.stream().map(ModelRecipe::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        throw new ParameterException(
            spec.commandLine(), "--model " + id + " is not known; it must be one of " + known);
      }
    }
    List<ModelRecipe> recipes =
        RECIPES.stream().filter(r -> ids.isEmpty() || ids.contains(r.id())).toList();
    for (ModelRecipe recipe : recipes) {
      if (Files.exists(directory(recipe)) && !overwrite) {
        throw new ParameterException(
            spec.commandLine(),
            directory(recipe) + " is there already; give --overwrite to replace it");
      }
    }
    return recipes;
  }

  private Path directory(ModelRecipe recipe) {
    return out.resolve(recipe.id()).resolve(recipe.version());
  }

  /** Writes the model and loads it back: only what passes every check of the stream is reported. */
  private void write(
      ModelRecipe recipe, ModelTraining.Result result, PriceHistory history, String about)
      throws IOException {
    Path dir = directory(recipe);
    Files.createDirectories(dir);
    Files.write(dir.resolve(recipe.artifactFile()), result.artifact());
    Files.writeString(dir.resolve("MODEL_CARD.md"), ModelCard.of(recipe, result, history, about));
    Files.write(dir.resolve(ModelLoader.MANIFEST), ManifestWriter.write(result.manifest()));
    try (LoadedModel model = new ModelLoader(FeatureSchema.current()).load(dir)) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s digest %s, artifact %d bytes, %s%n",
              model.manifest().key(),
              model.digest(),
              result.artifact().length,
              dir);
      spec.commandLine().getOut().flush();
    } catch (ModelRejectedException e) {
      throw new IllegalStateException("the model just written is refused: " + e.getMessage(), e);
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
