package io.vfr.bench.flow;

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
        Cli.commandLine(List.of(ThroughputCommand.class, ContenderCommand.class))
            .setCommandName("bench");
    line.getCommandSpec()
        .usageMessage()
        .description("Measure whole flows beside references, in one run over one broker.");
    return line;
  }
}
