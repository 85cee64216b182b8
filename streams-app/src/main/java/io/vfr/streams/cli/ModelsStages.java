package io.vfr.streams.cli;

import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.streams.ops.registry.RegistryPublisher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The commands that change the registry: one transaction each. */
final class ModelsStages {
  private ModelsStages() {}

  /** A version on the command line. */
  record Version(String id, String version) {}

  private static final class VersionConverter implements ITypeConverter<Version> {
    @Override
    public Version convert(String text) {
      int at = text.indexOf('@');
      if (at < 1 || at == text.length() - 1 || text.indexOf('@', at + 1) >= 0) {
        throw new TypeConversionException(
            "'" + text + "' is no version of a model such as mean-reversion-xgb-v2@2.0.0");
      }
      return new Version(text.substring(0, at), text.substring(at + 1));
    }
  }

  /** What these commands share. */
  private abstract static class StageCommand implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Why, for the registration: up to 500 characters.")
    private @Nullable String reason;

    @Spec private CommandSpec spec = CommandSpec.create();

    abstract RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason);

    @Override
    public final Integer call() {
      if (reason != null
          && (reason.isBlank() || reason.length() > ModelRegistration.REASON_LENGTH_MAX)) {
        throw CliException.usage(
            "--reason must have 1.."
                + ModelRegistration.REASON_LENGTH_MAX
                + " characters, got "
                + reason.length());
      }
      String changedBy =
          spec.qualifiedName() + " (" + System.getProperty("user.name", "unknown") + ")";
      try (RegistryPublisher publisher =
          RegistryPublisher.connect(common.load(), InstantSource.system(), changedBy)) {
        RegistryPublisher.Change change = change(publisher, reason);
        print(change);
      }
      return Cli.OK;
    }

    private void print(RegistryPublisher.Change change) {
      List<ModelsListing.Registered> written =
          change.written().stream().map(ModelsListing.Registered::of).toList();
      if (common.json()) {
        Json.print(common.out(), written);
        return;
      }
      if (written.isEmpty()) {
        common.out().println("nothing to do: it is so already");
      }
      for (ModelsListing.Registered each : written) {
        common
            .out()
            .println(
                each.id()
                    + "@"
                    + each.version()
                    + " is "
                    + each.stage()
                    + ", digest "
                    + each.digest());
      }
      common.out().flush();
      for (ModelRegistration each : change.written()) {
        if (each.stage() == ModelStage.RETIRED && change.state().champion(each.id()).isEmpty()) {
          common
              .err()
              .println(
                  each.id()
                      + " has no champion now: instances serve it from models.dir where that has a"
                      + " version that is not retired, and else not at all");
          common.err().flush();
        }
      }
    }
  }

  /** {@code vfr models publish}. */
  @Command(
      name = "publish",
      description = {
        "Verify a model's directory and publish it to Kafka, from where every instance gets it.",
        "A version is published once: the same again changes nothing, another one under its name is"
            + " refused."
      })
  static final class Publish extends StageCommand {
    @Parameters(paramLabel = "DIR", description = "Directory with manifest.json and the artifact.")
    private Path dir = Path.of("");

    @Option(
        names = "--stage",
        paramLabel = "shadow|champion",
        defaultValue = "shadow",
        description = "Stage that it begins in; champion also promotes it (default: shadow).")
    private ModelStage stage = ModelStage.SHADOW;

    @Override
    RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason) {
      if (stage == ModelStage.RETIRED) {
        throw CliException.usage("--stage must be shadow or champion, got retired");
      }
      return publisher.publish(dir, stage, reason);
    }
  }

  /** {@code vfr models promote}. */
  @Command(
      name = "promote",
      description = {
        "Make a published version the champion; the one before it becomes a shadow.",
        "A champion that so far is only in models.dir is published too, for a rollback to go back to."
      })
  static final class Promote extends StageCommand {
    @Parameters(
        paramLabel = "ID@VERSION",
        converter = VersionConverter.class,
        description = "Version to promote.")
    private Version version = new Version("", "");

    @Override
    RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason) {
      return publisher.promote(version.id(), version.version(), reason);
    }
  }

  /** {@code vfr models shadow}. */
  @Command(name = "shadow", description = "Make a published version a shadow: scored, weight 0.")
  static final class Shadow extends StageCommand {
    @Parameters(
        paramLabel = "ID@VERSION",
        converter = VersionConverter.class,
        description = "Version to score as a shadow.")
    private Version version = new Version("", "");

    @Override
    RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason) {
      return publisher.shadow(version.id(), version.version(), reason);
    }
  }

  /** {@code vfr models rollback}. */
  @Command(
      name = "rollback",
      description =
          "Make the version that the champion replaced champion again; retire the champion.")
  static final class Rollback extends StageCommand {
    @Parameters(paramLabel = "ID", description = "Model to roll back.")
    private String id = "";

    @Override
    RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason) {
      return publisher.rollback(id, reason);
    }
  }

  /** {@code vfr models retire}. */
  @Command(name = "retire", description = "Retire a version: it is not scored any more.")
  static final class Retire extends StageCommand {
    @Parameters(
        paramLabel = "ID@VERSION",
        converter = VersionConverter.class,
        description = "Version to retire.")
    private Version version = new Version("", "");

    @Override
    RegistryPublisher.Change change(RegistryPublisher publisher, @Nullable String reason) {
      return publisher.retire(version.id(), version.version(), reason);
    }
  }
}
