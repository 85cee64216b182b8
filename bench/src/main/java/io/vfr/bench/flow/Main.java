package io.vfr.bench.flow;

import io.vfr.bench.PartsCommand;
import io.vfr.streams.cli.Cli;
import java.util.List;
import picocli.CommandLine;

/** Entry of {@code scripts/vfr bench}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line =
        Cli.commandLine(
                List.of(
                    ThroughputCommand.class,
                    LatencyCommand.class,
                    HttpCommand.class,
                    ScaleCommand.class,
                    RestoreCommand.class,
                    StartCommand.class,
                    PartsCommand.class,
                    ProfileCommand.class,
                    ContenderCommand.class))
            .setCommandName("bench");
    line.getCommandSpec()
        .usageMessage()
        .description("Measure whole flows, and their parts, beside references in the same run.");
    return line;
  }
}
