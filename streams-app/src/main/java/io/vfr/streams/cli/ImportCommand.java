package io.vfr.streams.cli;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.vfrlayout.ImportException;
import io.vfr.models.vfrlayout.ImportOptions;
import io.vfr.models.vfrlayout.ImportedModel;
import io.vfr.models.vfrlayout.ModelImport;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.Features;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vfr models import}: takes a model in VFR's own layout into the registry directory. */
@Command(
    name = "import",
    description = {
      "Import a LightGBM model in VFR's own layout (model.txt, metadata.json, normalizer.json) into"
          + " models.dir, where it stands as <id>/<version> once it is verified.",
      "Its scores are those of LightGBM's own predict. Features that are not computed here come in as"
          + " keys of vfr.fundamentals or series of vfr.macro, under the same names."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before the command runs
final class ImportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  /** Stands here because --version is the model's: the standard option of that name has to give. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Parameters(paramLabel = "DIR", description = "Directory with the model's files.")
  private Path directory;

  @Option(names = "--id", required = true, paramLabel = "ID", description = "The model's id.")
  private String id;

  @Option(
      names = "--version",
      required = true,
      paramLabel = "VERSION",
      description = "The model's version, major.minor.patch.")
  private String version;

  @Option(
      names = "--horizon",
      defaultValue = "P1D",
      converter = DurationArgument.class,
      paramLabel = "DURATION",
      description = "How far ahead its target lies (default: ${DEFAULT-VALUE}).")
  private Duration horizon;

  @Option(
      names = "--required",
      split = ",",
      paramLabel = "NAME",
      description =
          "Inputs without which the model is skipped, separated by commas (default: none; it scores"
              + " whatever is there).")
  private List<String> required = new ArrayList<>();

  /** What {@code --json} prints. */
  record Result(
      String id,
      String version,
      String digest,
      String directory,
      String kind,
      String task,
      String horizon,
      List<String> inputs,
      List<String> computed,
      List<String> open,
      List<String> notes) {}

  @Override
  public Integer call() throws IOException {
    AppConfig config = common.load();
    ImportOptions options = new ImportOptions(id, version, horizon, required);
    ModelImport models =
        new ModelImport(config.models().dir(), Features.sentimentNames(config.sentiment()));
    try {
      print(models.run(directory, options));
      return Cli.OK;
    } catch (ImportException e) {
      String message = directory + ": " + e.getMessage();
      throw options.problems().isEmpty()
          ? CliException.failed(message)
          : CliException.usage(message);
    }
  }

  private void print(ImportedModel imported) {
    Manifest manifest = imported.manifest();
    if (common.json()) {
      Json.print(
          common.out(),
          new Result(
              manifest.id(),
              manifest.version(),
              imported.digest(),
              imported.directory().toString(),
              manifest.kind().jsonName(),
              manifest.task().jsonName(),
              manifest.horizon().toString(),
              manifest.inputs(),
              imported.computed(),
              imported.open(),
              imported.notes()));
      return;
    }
    common
        .out()
        .printf("%s imported to %s%n", manifest.key(), imported.directory())
        .printf("digest %s%n", imported.digest())
        .printf("%s, %d inputs%n", manifest.task().jsonName(), manifest.inputs().size())
        .printf("computed by the stream: %s%n", names(imported.computed()))
        .printf("to come in by vfr.fundamentals or vfr.macro: %s%n", names(imported.open()));
    imported.notes().forEach(note -> common.out().printf("note: %s%n", note));
    common
        .out()
        .printf("its skill is unknown: see %s%n", imported.directory().resolve("MODEL_CARD.md"))
        .flush();
  }

  private static String names(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
