package io.vfr.chaos;

import io.vfr.chaos.failures.Failures;
import io.vfr.chaos.swaps.SwapsCommand;
import io.vfr.streams.cli.Cli;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Entry of {@code scripts/chaos}: one command for each scenario. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    List<Class<?>> commands = new ArrayList<>(List.of(SwapsCommand.class));
    commands.addAll(Failures.commands());
    CommandLine line = Cli.commandLine(commands).setCommandName("chaos");
    line.getCommandSpec()
        .usageMessage()
        .description("Try to break running instances; prints one verdict, and fails on a breach.");
    return line;
  }
}
