package io.vfr.streams.cli.demo;

import io.vfr.streams.cli.CliException;
import io.vfr.streams.cli.CommonOptions;
import io.vfr.streams.cli.DurationArgument;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr demo}: everything on one machine, with nothing else installed. */
@Command(
    name = "demo",
    description = {
      "Show the whole pipeline: an embedded Kafka, the application, a market's history and live ticks.",
      "Prices of AAPL (2013) and BTC-USD are real; every SIM-… symbol is simulated."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--duration",
      defaultValue = "60s",
      converter = DurationArgument.class,
      description = "How long live events flow after the history (default: 60s).")
  private Duration duration = Duration.ofSeconds(60);

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "HTTP port of metrics and health; 0 takes a free one (default: 8080).")
  private int port;

  @Option(
      names = "--symbols",
      defaultValue = "28",
      description = "How many symbols are simulated, at least 1 (default: 28).")
  private int symbols;

  @Option(
      names = "--rate",
      defaultValue = "400",
      description = "Live events a second (default: 400).")
  private double rate;

  @Option(names = "--seed", defaultValue = "42", description = "Seed of the market (default: 42).")
  private long seed;

  @Option(
      names = "--ticks",
      description = "Instead of the market: 100,000 real BTC trades as ticks into one-minute bars.")
  private boolean ticks;

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter err = common.err();
    boolean terminal = System.console() != null && System.console().isTerminal() && !common.json();
    Path directory = Files.createTempDirectory("vfr-demo-");
    say(err, "starting Kafka in this process");
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("broker")))) {
      AppConfig config = common.load(options(kafka.bootstrapServers(), directory));
      TopicSetup.createMissing(config, PARTITIONS, line -> say(err, line), () -> false);
      say(err, "starting the application");
      DemoProgress progress = new DemoProgress(err, terminal);
      DemoReport report;
      try (Application application = Application.start(config, InstantSource.system());
          DemoFeeder feeder = new DemoFeeder(kafka.bootstrapServers());
          DemoObserver observer = new DemoObserver(kafka.bootstrapServers())) {
        if (!application.awaitRunning(START_TIMEOUT)) {
          throw CliException.failed("the application did not start within " + START_TIMEOUT);
        }
        String address = "http://" + config.http().host() + ":" + application.httpPort();
        say(err, "page at " + address + "/, metrics at " + address + "/metrics");
        DemoSession session = new DemoSession(application, feeder, observer, progress, PARTITIONS);
        report = ticks ? session.ticks(duration) : session.market(symbols, seed, rate, duration);
      }
      progress.done();
      common.out().print(common.json() ? report.json() + System.lineSeparator() : report.text());
      common.out().flush();
      return report.equationHolds() ? 0 : 1;
    } finally {
      delete(directory);
    }
  }

  private Map<String, String> options(String bootstrapServers, Path directory) {
    Map<String, String> options = new HashMap<>();
    options.put("bootstrap.servers", bootstrapServers);
    options.put("http.port", Integer.toString(port));
    options.put("streams.state-dir", directory.resolve("state").toString());
    if (ticks) {
      options.put("bars.interval", "PT1M");
    }
    return options;
  }

  private static void say(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException error)
                throws IOException {
              if (error != null) {
                throw error;
              }
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's directory " + directory + " cannot be removed", e);
    }
  }
}
