package io.vfr.streams.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** One command line run inside the test: its exit code and what it printed. */
record CommandRun(int exitCode, String out, String err) {
  private static final List<Class<?>> COMMANDS =
      List.of(
          BrokerCommand.class,
          TopicsCommand.class,
          ReplayCommand.class,
          FeaturesCommand.class,
          BacktestCommand.class,
          ModelsCommand.class,
          DeadLettersCommand.class,
          KafkaCommand.class);

  static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Cli.commandLine(COMMANDS)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exitCode = line.execute(arguments);
    StopSignal.finished(exitCode);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
