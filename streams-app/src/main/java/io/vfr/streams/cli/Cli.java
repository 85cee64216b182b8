package io.vfr.streams.cli;

import io.vfr.streams.config.ConfigException;
import io.vfr.streams.ops.backtest.BacktestException;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.export.ExportException;
import io.vfr.streams.ops.letters.LetterException;
import io.vfr.streams.ops.registry.RegistryException;
import io.vfr.streams.ops.replay.ReplayException;
import io.vfr.streams.ops.validate.InstanceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs commands and turns what they throw into one line and an exit code. */
public final class Cli {
  /** Exit code of a command that did what was asked. */
  public static final int OK = 0;

  /** Exit code of a command that could not. */
  public static final int FAILED = 1;

  /** Exit code of a command line or configuration that is not valid. */
  public static final int USAGE = 2;

  private Cli() {}

  /** The top of the command line. */
  @Command(
      name = "vfr",
      description = "Real-time machine-learning scoring inside Kafka Streams.",
      mixinStandardHelpOptions = true,
      scope = ScopeType.INHERIT,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND")
  static final class Root extends CommandGroup {
    @Option(
        names = {"-v", "--verbose"},
        scope = ScopeType.INHERIT,
        description = "Show the stack trace of an error.")
    private boolean verbose;
  }

  /** A command that only groups others: alone it is a usage error that lists them. */
  abstract static class CommandGroup implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public final void run() {
      String names = String.join(", ", spec.subcommands().keySet());
      throw new ParameterException(spec.commandLine(), "which command? one of " + names);
    }
  }

  /** What {@code --version} prints. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Cli.class.getResourceAsStream("/vfr-version.properties")) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {
        "vfr "
            + properties.getProperty("version", "unknown")
            + " (Kafka "
            + AppInfoParser.getVersion()
            + ", Java "
            + Runtime.version()
            + ")"
      };
    }
  }

  /**
   * Runs a command line and ends the process with its exit code.
   *
   * @param commands classes of the commands
   */
  public static void runAndExit(List<Class<?>> commands, String... arguments) {
    int exitCode = commandLine(needed(commands, arguments)).execute(arguments);
    StopSignal.finished(exitCode);
    System.exit(exitCode);
  }

  /**
   * The command that the first argument names, or all of them: reading their options takes a while.
   */
  static List<Class<?>> needed(List<Class<?>> commands, String... arguments) {
    for (Class<?> command : commands) {
      Command described = command.getAnnotation(Command.class);
      if (arguments.length > 0 && described != null && described.name().equals(arguments[0])) {
        return List.of(command);
      }
    }
    return commands;
  }

  /** The command line over these commands; {@code execute} returns the exit code. */
  public static CommandLine commandLine(List<Class<?>> commands) {
    Root root = new Root();
    CommandLine line = new CommandLine(root);
    commands.forEach(line::addSubcommand);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((exception, arguments) -> {
      CommandLine failed = exception.getCommandLine();
      String name = failed.getCommandSpec().qualifiedName();
      printError(
          failed.getErr(), name + ": " + usageMessage(exception) + " (see " + name + " --help)");
      return USAGE;
    });
    line.setExecutionExceptionHandler((exception, failed, parsed) -> {
      Throwable cause = unwrapped(exception);
      if (root.verbose) {
        cause.printStackTrace(failed.getErr());
      }
      printError(failed.getErr(), failed.getCommandSpec().qualifiedName() + ": " + message(cause));
      return exitCode(cause);
    });
    // What follows the name of a Kafka tool is the tool's, also what looks like one of ours.
    CommandLine kafka = line.getSubcommands().get(KafkaCommand.NAME);
    if (kafka != null) {
      kafka.setStopAtPositional(true);
      kafka.setUnmatchedOptionsArePositionalParams(true);
    }
    return line;
  }

  private static String usageMessage(ParameterException exception) {
    String message = oneLine(String.valueOf(exception.getMessage()));
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()
        && !message.contains("Possible solutions")) {
      return message + ", did you mean " + unmatched.getSuggestions().getFirst() + "?";
    }
    return message;
  }

  private static int exitCode(Throwable cause) {
    return switch (cause) {
      case CliException refused -> refused.exitCode();
      case ConfigException invalid -> USAGE;
      default -> FAILED;
    };
  }

  private static String message(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case CliException refused -> message;
      case ConfigException invalid -> message;
      case BrokerException failed -> message;
      case ReplayException failed -> message;
      case RegistryException failed -> message;
      case ExportException failed -> message;
      case BacktestException failed -> message;
      case LetterException failed -> oneLine(message);
      case InstanceException failed -> oneLine(message);
      default -> cause.getClass().getSimpleName() + ": " + oneLine(message);
    };
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String oneLine(String message) {
    return String.join("; ", message.lines().map(String::strip).toList());
  }

  private static void printError(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }
}
