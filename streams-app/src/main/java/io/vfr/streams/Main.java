package io.vfr.streams;

import io.vfr.streams.cli.BrokerCommand;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.cli.KafkaCommand;
import io.vfr.streams.cli.RunCommand;
import io.vfr.streams.cli.TopicsCommand;
import io.vfr.streams.cli.demo.DemoCommand;
import io.vfr.streams.cli.demo.feed.SimulateCommand;
import java.util.List;

/** Entry of the command line: {@code scripts/vfr} runs this. */
public final class Main {
  static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          BrokerCommand.class,
          RunCommand.class,
          TopicsCommand.class,
          SimulateCommand.class,
          KafkaCommand.class);

  private Main() {}

  public static void main(String[] arguments) {
    Cli.runAndExit(COMMANDS, arguments);
  }
}
