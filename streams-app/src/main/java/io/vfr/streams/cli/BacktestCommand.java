package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.backtest.Backtest;
import io.vfr.streams.ops.backtest.BacktestReport;
import io.vfr.streams.ops.backtest.ReportHtml;
import io.vfr.streams.ops.backtest.ReportText;
import io.vfr.streams.ops.backtest.Window;
import io.vfr.streams.ops.export.ExportProgress;
import io.vfr.streams.ops.replay.CsvKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr backtest}: what the predictions of a stretch of history were worth. */
@Command(
    name = "backtest",
    description = {
      "Play history through the topology that serves and measure its predictions.",
      "It runs over a Kafka in this process with the models of models.dir, so nothing else is"
          + " needed. Days before --from only warm up: bars, weights and intervals learn from them,"
          + " but they are not measured.",
      "The report tells skill by model, year and quarter, how intervals and probabilities held, a"
          + " naive long-short portfolio, drift of the features, and what all that is not."
    })
public final class BacktestCommand implements Callable<Integer> {
  private static final double COVERAGE_OFF_MAX = 0.015;
  private static final double QUARTER_OFF_MAX = 0.04;
  private static final int PARTITIONS_MAX = 256;

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private InputFiles inputs = new InputFiles();

  @Option(
      names = "--from",
      paramLabel = "DATE",
      description = "First day to measure, such as 2015-01-01 (default: the first of the file).")
  private @Nullable LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "DATE",
      description = "Last day to measure (default: the last of the file).")
  private @Nullable LocalDate to;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "8",
      description = "Partitions of the topics, as `vfr run` makes them (default: 8).")
  private int partitions;

  @Option(
      names = "--cost-bps",
      paramLabel = "BPS",
      defaultValue = "5",
      description =
          "Cost of trading in the long-short portfolio, 1/10,000 of what is bought or sold"
              + " (default: 5).")
  private double costBps;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write the report with charts as one HTML file that needs nothing else.")
  private @Nullable Path html;

  @Option(
      names = "--require-coverage",
      description =
          "Fail unless intervals hold what they promise to 1.5 percentage points overall and 4 in"
              + " every quarter.")
  private boolean requireCoverage;

  @Override
  public Integer call() throws InterruptedException {
    StopSignal stop = StopSignal.install();
    Map<CsvKind, Path> files = inputs.files();
    check(files);
    AppConfig config = common.load();
    ExportProgress progress =
        common.json() ? Progress.notes(common.err()) : Progress.to(common.err());
    BacktestReport report =
        Backtest.run(
            config,
            new Backtest.Request(files, new Window(from, to), partitions, costBps),
            progress,
            stop::isRequested);
    if (common.json()) {
      Json.print(common.out(), report);
    } else {
      common.out().print(ReportText.of(report));
      common.out().flush();
    }
    if (html != null) {
      ReportHtml.write(report, html);
    }
    return requireCoverage ? verdict(report) : Cli.OK;
  }

  private void check(Map<CsvKind, Path> files) {
    if (!files.containsKey(CsvKind.PRICES)) {
      throw CliException.usage("--prices FILE is needed");
    }
    if (common.namesBrokers()) {
      throw CliException.usage(
          "--bootstrap-servers does not go with backtest: it runs over a Kafka in this process");
    }
    if (from != null && to != null && to.isBefore(from)) {
      throw CliException.usage("--to " + to + " must not be before --from " + from);
    }
    if (partitions < 1 || partitions > PARTITIONS_MAX) {
      throw CliException.usage("--partitions must be 1.." + PARTITIONS_MAX + ", got " + partitions);
    }
    checkHtml(html);
    if (!(costBps >= 0 && costBps <= 10_000)) {
      throw CliException.usage("--cost-bps must be 0..10000, got " + costBps);
    }
  }

  /** Said before a run of minutes, not after it. */
  private static void checkHtml(@Nullable Path html) {
    if (html == null) {
      return;
    }
    Path parent = html.toAbsolutePath().getParent();
    if (Files.isDirectory(html)
        || parent == null
        || !Files.isDirectory(parent)
        || !Files.isWritable(parent)) {
      throw CliException.usage("--html " + html + ": no file can be written there");
    }
  }

  private int verdict(BacktestReport report) {
    List<String> misses = report.coverageMisses(COVERAGE_OFF_MAX, QUARTER_OFF_MAX);
    if (misses.isEmpty()) {
      return Cli.OK;
    }
    common.err().println("vfr backtest: intervals did not hold in " + String.join(", ", misses));
    common.err().flush();
    return Cli.FAILED;
  }
}
