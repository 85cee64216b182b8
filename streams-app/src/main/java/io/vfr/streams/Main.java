package io.vfr.streams;

import io.vfr.streams.cli.BrokerCommand;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.cli.KafkaCommand;
import io.vfr.streams.cli.ReplayCommand;
import io.vfr.streams.cli.TopicsCommand;
import java.util.List;

/** Entry of the command line: {@code scripts/vfr} runs this. */
public final class Main {
  static final List<Class<?>> COMMANDS =
      List.of(BrokerCommand.class, TopicsCommand.class, ReplayCommand.class, KafkaCommand.class);

  private Main() {}

  public static void main(String[] arguments) {
    Cli.runAndExit(COMMANDS, arguments);
  }
}
