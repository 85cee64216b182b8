package io.vfr.streams.cli;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.ModelRejectedException;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelDirectory;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.registry.RegistryScan;
import io.vfr.models.registry.Rejection;
import io.vfr.schemas.ModelRegistration;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.registry.ModelLoaders;
import io.vfr.streams.ops.registry.RegistryException;
import io.vfr.streams.ops.registry.RegistryReader;
import io.vfr.streams.ops.registry.RegistryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that show models and change none. */
final class ModelsListing {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ModelsListing() {}

  /** One version of a model as its directory tells it. */
  record Local(
      String id,
      String version,
      String algorithm,
      String task,
      int inputs,
      String digest,
      String status,
      String reason) {

    boolean isVerified() {
      return status.equals("verified");
    }

    private static Local refused(String id, String version, String reason) {
      return new Local(id, version, "", "", 0, "", "refused", reason);
    }

    private String line() {
      return String.format(
          Locale.ROOT,
          "%-28s %-10s %-10s %-11s %3d inputs  %s",
          id,
          version,
          algorithm,
          task,
          inputs,
          isVerified() ? "verified, digest " + digest : "refused, " + reason);
    }
  }

  /** One version of a model as the registry has it. */
  record Registered(
      String id,
      String version,
      String stage,
      String digest,
      long bytes,
      long registeredAt,
      long changedAt,
      String changedBy,
      @Nullable String predecessor,
      @Nullable String reason) {

    static Registered of(ModelRegistration registration) {
      return new Registered(
          registration.id(),
          registration.version(),
          registration.stage().wire(),
          registration.digest(),
          registration.bytes(),
          registration.registeredAt(),
          registration.changedAt(),
          registration.changedBy(),
          registration.predecessor(),
          registration.reason());
    }

    private String line() {
      return String.format(
          Locale.ROOT,
          "%-28s %-10s %-10s digest %s, %d bytes, %s by %s%s%s",
          id,
          version,
          stage,
          digest,
          bytes,
          Instant.ofEpochMilli(changedAt).truncatedTo(ChronoUnit.SECONDS),
          changedBy,
          predecessor == null ? "" : ", replaced " + predecessor,
          reason == null ? "" : ": " + reason);
    }
  }

  /**
   * Both.
   *
   * @param registry null if it was not asked, or did not answer
   */
  record Listing(List<Local> local, @Nullable List<Registered> registry) {}

  private static List<Local> local(AppConfig config, Path dir) {
    ModelLoader loader = ModelLoaders.of(config);
    if (Files.isRegularFile(dir.resolve(ModelLoader.MANIFEST))) {
      return List.of(local(loader, dir, String.valueOf(dir.getFileName()), ""));
    }
    if (!Files.isDirectory(dir)) {
      throw CliException.failed(
          dir + " is no directory; it must hold manifest.json or <id>/<version>/manifest.json");
    }
    RegistryScan scan;
    try {
      scan = new ModelRegistry(dir).scan();
    } catch (IOException e) {
      throw CliException.failed(dir + " cannot be read: " + e.getMessage());
    }
    List<Local> entries = new ArrayList<>();
    for (ModelDirectory directory : scan.models()) {
      entries.add(local(loader, directory.path(), directory.id(), directory.version().toString()));
    }
    for (Rejection rejection : scan.rejections()) {
      entries.add(
          Local.refused(rejection.model(), "", rejection.reason() + ": " + rejection.message()));
    }
    return entries;
  }

  private static Local local(ModelLoader loader, Path dir, String id, String version) {
    try (LoadedModel model = loader.load(dir)) {
      Manifest manifest = model.manifest();
      return new Local(
          manifest.id(),
          manifest.version(),
          manifest.algorithm().jsonName(),
          manifest.task().jsonName(),
          model.inputs(),
          model.digest(),
          "verified",
          "");
    } catch (ModelRejectedException e) {
      return Local.refused(id, version, e.reason() + ": " + e.getMessage());
    }
  }

  /** {@code vfr models list}. */
  @Command(
      name = "list",
      description = {
        "List every model of models.dir, and whether it passes verification; then, if brokers answer,"
            + " every version of the registry with its stage."
      })
  static final class ListModels implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(names = "--local", description = "List models.dir only; ask no broker.")
    private boolean localOnly;

    @Override
    public Integer call() {
      AppConfig config = common.load();
      boolean hasDirectory = Files.isDirectory(config.models().dir());
      Listing listing =
          new Listing(
              hasDirectory ? local(config, config.models().dir()) : List.of(),
              localOnly ? null : registry(config));
      if (common.json()) {
        Json.print(common.out(), listing);
        return Cli.OK;
      }
      common
          .out()
          .println("models.dir " + config.models().dir() + (hasDirectory ? "" : " is not there"));
      listing.local().forEach(entry -> common.out().println("  " + entry.line()));
      if (listing.registry() != null) {
        common.out().println("registry at " + config.bootstrapServers());
        listing.registry().forEach(entry -> common.out().println("  " + entry.line()));
      }
      common.out().flush();
      return Cli.OK;
    }

    private @Nullable List<Registered> registry(AppConfig config) {
      try {
        return RegistryReader.read(config, PATIENCE).all().stream()
            .map(RegistryState.Entry::registration)
            .map(Registered::of)
            .toList();
      } catch (BrokerException | RegistryException e) {
        common.err().println("warning: the registry is not shown: " + e.getMessage());
        common.err().flush();
        return null;
      }
    }
  }

  /** {@code vfr models verify}. */
  @Command(
      name = "verify",
      description = {
        "Verify every model of a directory: digest, feature schema, self-test.",
        "Exit code 1 if one is refused, or there is none."
      })
  static final class VerifyModels implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Parameters(
        arity = "0..1",
        paramLabel = "DIR",
        description =
            "A model's directory, or one of many as <id>/<version> (default: models.dir).")
    private @Nullable Path dir;

    @Override
    public Integer call() {
      AppConfig config = common.load();
      List<Local> entries = local(config, dir == null ? config.models().dir() : dir);
      if (common.json()) {
        Json.print(common.out(), entries);
      } else {
        entries.forEach(entry -> common.out().println(entry.line()));
        common.out().flush();
      }
      boolean good = !entries.isEmpty() && entries.stream().allMatch(Local::isVerified);
      return good ? Cli.OK : Cli.FAILED;
    }
  }
}
