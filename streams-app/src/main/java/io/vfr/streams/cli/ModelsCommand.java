package io.vfr.streams.cli;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.registry.RegistryScan;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.cli.models.TrainCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vfr models}: what is in the registry directory. */
@Command(
    name = "models",
    description = "List, verify, import and train the models of a registry directory.",
    subcommands = {
      ModelsCommand.ListModels.class,
      ModelsCommand.VerifyModels.class,
      ImportCommand.class,
      TrainCommand.class
    })
public final class ModelsCommand extends Cli.CommandGroup {
  /** One version of a model as its directory tells it. */
  record Entry(
      String id,
      String version,
      String algorithm,
      String task,
      int inputs,
      String digest,
      String status,
      String reason) {}

  private static List<Entry> entries(Path dir) {
    if (!Files.isDirectory(dir)) {
      throw CliException.failed(
          "models.dir " + dir + " is no directory; it must hold <id>/<version>/manifest.json");
    }
    RegistryScan scan;
    try {
      scan = new ModelRegistry(dir).scan();
    } catch (IOException e) {
      throw CliException.failed("models.dir " + dir + " cannot be read: " + e.getMessage());
    }
    List<Entry> entries = new ArrayList<>();
    ModelLoader loader = new ModelLoader(FeatureSchema.current());
    for (ModelDirectory directory : scan.models()) {
      entries.add(entry(loader, directory));
    }
    for (Rejection rejection : scan.rejections()) {
      entries.add(refused(rejection.model(), "", rejection.reason() + ": " + rejection.message()));
    }
    return entries;
  }

  private static Entry entry(ModelLoader loader, ModelDirectory directory) {
    try (LoadedModel model = loader.load(directory.path())) {
      Manifest manifest = model.manifest();
      return new Entry(
          manifest.id(),
          manifest.version(),
          manifest.algorithm().name().toLowerCase(Locale.ROOT),
          manifest.task().name().toLowerCase(Locale.ROOT),
          model.inputs(),
          model.digest(),
          "verified",
          "");
    } catch (ModelRejectedException e) {
      return refused(
          directory.id(), directory.version().toString(), e.reason() + ": " + e.getMessage());
    }
  }

  private static Entry refused(String id, String version, String reason) {
    return new Entry(id, version, "", "", 0, "", "refused", reason);
  }

  private static void print(CommonOptions common, List<Entry> entries) {
    if (common.json()) {
      Json.print(common.out(), entries);
      return;
    }
    for (Entry entry : entries) {
      common
          .out()
          .printf(
              Locale.ROOT,
              "%-28s %-10s %-10s %-11s %3d inputs  %s%n",
              entry.id(),
              entry.version(),
              entry.algorithm(),
              entry.task(),
              entry.inputs(),
              entry.status().equals("verified")
                  ? "verified, digest " + entry.digest()
                  : "refused, " + entry.reason());
    }
    common.out().flush();
  }

  /** {@code vfr models list}. */
  @Command(
      name = "list",
      description = "List every model of models.dir, and whether it passes verification.")
  static final class ListModels implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      print(common, entries(common.load().models().dir()));
      return Cli.OK;
    }
  }

  /** {@code vfr models verify}. */
  @Command(
      name = "verify",
      description = {
        "Verify every model of models.dir: digest, feature schema, self-test.",
        "Exit code 1 if one is refused, or there is none."
      })
  static final class VerifyModels implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      List<Entry> entries = entries(common.load().models().dir());
      print(common, entries);
      boolean good =
          !entries.isEmpty() && entries.stream().allMatch(e -> e.status().equals("verified"));
      return good ? Cli.OK : Cli.FAILED;
    }
  }
}
