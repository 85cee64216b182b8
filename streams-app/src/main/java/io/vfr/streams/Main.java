package io.vfr.streams;

import io.vfr.streams.cli.BacktestCommand;
import io.vfr.streams.cli.BrokerCommand;
import io.vfr.streams.cli.Cli;
import io.vfr.streams.cli.DeadLettersCommand;
import io.vfr.streams.cli.FeaturesCommand;
import io.vfr.streams.cli.KafkaCommand;
import io.vfr.streams.cli.ModelsCommand;
import io.vfr.streams.cli.ReplayCommand;
import io.vfr.streams.cli.ReportCommand;
import io.vfr.streams.cli.RunCommand;
import io.vfr.streams.cli.TopicsCommand;
import io.vfr.streams.cli.ValidateCommand;
import io.vfr.streams.cli.demo.DemoCommand;
import io.vfr.streams.cli.demo.feed.SimulateCommand;
import io.vfr.streams.ops.EarlyStart;
import java.util.List;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Entry of the command line: {@code scripts/vfr} runs this. */
public final class Main {
  static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          BrokerCommand.class,
          RunCommand.class,
          TopicsCommand.class,
          ReplayCommand.class,
          ModelsCommand.class,
          FeaturesCommand.class,
          BacktestCommand.class,
          ReportCommand.class,
          ValidateCommand.class,
          DeadLettersCommand.class,
          SimulateCommand.class,
          KafkaCommand.class);

  private Main() {}

  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals(RunCommand.NAME)) {
      EarlyStart.begin();
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Cli.runAndExit(COMMANDS, arguments);
  }
}
