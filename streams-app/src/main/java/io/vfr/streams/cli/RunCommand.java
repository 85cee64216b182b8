package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr run}: one instance of the application, until the process is asked to end. */
@Command(
    name = RunCommand.NAME,
    description = {
      "Run one instance of the application against a Kafka cluster.",
      "Prints 'ready' on standard output when it serves; SIGTERM or Ctrl-C stops it cleanly."
    })
public final class RunCommand implements Callable<Integer> {
  /** What it is called on the command line. */
  public static final String NAME = "run";

  private static final Duration POLL = Duration.ofMillis(200);

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of the HTTP server; 0 takes a free one (default: http.port, 8080).")
  private @Nullable Integer httpPort;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Directory of the local state (default: streams.state-dir).")
  private @Nullable Path stateDir;

  @Option(
      names = "--partitions",
      defaultValue = "8",
      description = "Partitions of topics that are missing and have to be created (default: 8).")
  private int partitions;

  @Override
  public Integer call() throws InterruptedException {
    StopSignal stop = StopSignal.install();
    AppConfig config = common.load(options());
    try (Application.Opening opening = Application.open(config, InstantSource.system())) {
      TopicSetup.createMissing(config, partitions, this::say, stop::isRequested);
      if (stop.isRequested()) {
        return Cli.OK;
      }
      try (Application application = opening.start()) {
        return serve(config, application, stop);
      }
    }
  }

  private int serve(AppConfig config, Application application, StopSignal stop)
      throws InterruptedException {
    while (!application.awaitRunning(POLL)) {
      if (stop.isRequested()) {
        return Cli.OK;
      }
      if (!application.isAlive()) {
        throw CliException.failed("the application ended before it could serve; see the log above");
      }
    }
    PrintWriter out = common.out();
    out.println("ready");
    out.flush();
    String address = "http://" + config.http().host() + ":" + application.httpPort();
    say("page at " + address + "/, metrics at " + address + "/metrics");
    while (!stop.isRequested()) {
      if (!application.isAlive()) {
        throw CliException.failed("the application failed; see the log above");
      }
      stop.await(POLL);
    }
    return Cli.OK;
  }

  private void say(String line) {
    common.err().println(line);
    common.err().flush();
  }

  private Map<String, String> options() {
    Map<String, String> options = new HashMap<>();
    if (httpPort != null) {
      options.put("http.port", httpPort.toString());
    }
    if (stateDir != null) {
      options.put("streams.state-dir", stateDir.toString());
    }
    return options;
  }
}
