package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.replay.CsvKind;
import io.vfr.streams.ops.replay.Replay;
import io.vfr.streams.ops.replay.ReplayProgress;
import io.vfr.streams.ops.replay.ReplayResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr replay}: CSV files to the input topics. */
@Command(
    name = "replay",
    description = {
      "Send CSV files (plain or gzip) to the input topics.",
      "Macro, fundamentals and sentiment go first; when a running application has taken them,"
          + " prices follow in the order of their file. Times are epoch milliseconds or ISO-8601"
          + " dates or instants. An empty cell is an absent field; rows that are not right are sent"
          + " as they are, and the application puts them into vfr.dead-letters with the reason."
    })
public final class ReplayCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private InputFiles inputs = new InputFiles();

  @Option(
      names = "--speed",
      paramLabel = "max|N",
      defaultValue = "max",
      description = "Price rows a second, or max (default: max).")
  private String speed = "max";

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      converter = DurationArgument.class,
      description = "Length of the bars in the price file (default: bars.interval).")
  private @Nullable Duration interval;

  @Option(
      names = "--settle-timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationArgument.class,
      description =
          "How long to wait for a running application before the first price (default: 30s).")
  private Duration settleTimeout = Duration.ofSeconds(30);

  @Override
  public Integer call() {
    AppConfig config = common.load();
    ReplayProgress progress =
        common.json() ? Progress.notes(common.err()) : Progress.to(common.err());
    ReplayResult result = Replay.run(config, request(), progress);
    if (common.json()) {
      Json.print(common.out(), result);
    } else {
      print(result);
    }
    return result.failed() == 0 ? Cli.OK : Cli.FAILED;
  }

  private Replay.Request request() {
    Map<CsvKind, Path> files = inputs.files();
    if (files.isEmpty()) {
      throw CliException.usage(
          "nothing to send; give one of --prices, --fundamentals, --sentiment, --macro");
    }
    if (interval != null && (interval.isNegative() || interval.isZero())) {
      throw CliException.usage("--interval must be above 0, got " + interval);
    }
    return new Replay.Request(files, rowsPerSecond(), Optional.ofNullable(interval), settleTimeout);
  }

  private OptionalDouble rowsPerSecond() {
    if (speed.equals("max")) {
      return OptionalDouble.empty();
    }
    try {
      double rows = Double.parseDouble(speed);
      if (rows > 0 && rows <= 1e9) {
        return OptionalDouble.of(rows);
      }
    } catch (NumberFormatException e) {
      throw wrongSpeed();
    }
    throw wrongSpeed();
  }

  private CliException wrongSpeed() {
    return CliException.usage("--speed must be max or a number of rows a second, got " + speed);
  }

  private void print(ReplayResult result) {
    PrintWriter out = common.out();
    result
        .topics()
        .forEach((topic, count) ->
            out.printf(
                "%-18s %,12d rows %,12d sent %,8d failed%n",
                topic, count.rows(), count.sent(), count.failed()));
    out.printf("%,d rows in %.1f s%n", result.rows(), result.seconds());
    out.flush();
  }
}
