package io.vfr.streams.cli;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.export.ExportProgress;
import io.vfr.streams.ops.export.ExportResult;
import io.vfr.streams.ops.export.FeatureExport;
import io.vfr.streams.ops.replay.CsvKind;
import io.vfr.streams.ops.table.TableFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr features}: what the stream knows, for those who train on it. */
@Command(
    name = "features",
    description = "Work with feature vectors.",
    subcommands = FeaturesCommand.Export.class,
    synopsisSubcommandLabel = "COMMAND")
public final class FeaturesCommand extends Cli.CommandGroup {
  /** {@code vfr features export}. */
  @Command(
      name = "export",
      description = {
        "Write a point-in-time training set, made by the same topology that serves.",
        "It runs over a Kafka in this process, so nothing else is needed; --from-topic exports"
            + " what vfr.features of a cluster holds instead.",
        "One row for each symbol and bar, sorted by symbol and time: symbol, ts, label_ts,"
            + " label_return, the features of the schema in its order, then those of fundamentals,"
            + " sentiment sources and macro series by name. Times are epoch milliseconds. A row"
            + " holds what was known at ts. label_return is the return of the symbol's next bar"
            + " (close/close[-1] - 1), label_ts that bar's ts; both are empty in its last row and"
            + " where the next bar is too far away. Missing values are empty. Numbers read back as"
            + " the same doubles (pandas: float_precision='round_trip')."
      })
  static final class Export implements Callable<Integer> {
    private static final int LABEL_GAP_BARS = 7;

    @Mixin private CommonOptions common = new CommonOptions();

    @Mixin private InputFiles inputs = new InputFiles();

    @Option(
        names = "--from-topic",
        description = "Export vfr.features at --bootstrap-servers; no input files then.")
    private boolean fromTopic;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "File to write: .parquet, .csv or .csv.gz.")
    private Path out = Path.of("");

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "parquet, csv or csv.gz (default: by the name of the file).")
    private @Nullable String format;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Option(
        names = "--label-gap-max",
        paramLabel = "DURATION",
        converter = DurationArgument.class,
        description =
            "How much later the next bar may start and still be the label"
                + " (default: 7 times bars.interval, 7 days for daily bars).")
    private @Nullable Duration labelGapMax;

    @Override
    public Integer call() throws InterruptedException {
      StopSignal stop = StopSignal.install();
      TableFormat tableFormat = tableFormat();
      Map<CsvKind, Path> files = inputs.files();
      checkInputs(files);
      AppConfig config = common.load();
      FeatureExport.Request request =
          new FeatureExport.Request(out, tableFormat, overwrite, labelGapMax(config));
      ExportProgress progress =
          common.json() ? Progress.notes(common.err()) : Progress.to(common.err());
      ExportResult result =
          fromTopic
              ? FeatureExport.fromTopic(config, request, progress, stop::isRequested)
              : FeatureExport.fromFiles(config, files, request, progress, stop::isRequested);
      if (common.json()) {
        Json.print(common.out(), result);
      } else {
        print(result);
      }
      return Cli.OK;
    }

    private TableFormat tableFormat() {
      Optional<TableFormat> found =
          format == null ? TableFormat.of(out) : TableFormat.labelled(format);
      return found.orElseThrow(() ->
          CliException.usage(
              format == null
                  ? "--out "
                      + out
                      + ": the name must end with one of ."
                      + TableFormat.labels().replace(", ", ", .")
                      + ", or --format say the format"
                  : "--format must be one of " + TableFormat.labels() + ", got " + format));
    }

    private void checkInputs(Map<CsvKind, Path> files) {
      if (fromTopic) {
        if (!files.isEmpty()) {
          throw CliException.usage("--from-topic reads no input files; leave one of both out");
        }
        return;
      }
      if (!files.containsKey(CsvKind.PRICES)) {
        throw CliException.usage("--prices FILE is needed, or --from-topic");
      }
      if (common.namesBrokers()) {
        throw CliException.usage(
            "--bootstrap-servers goes with --from-topic; files are exported by a Kafka in this"
                + " process");
      }
    }

    private Duration labelGapMax(AppConfig config) {
      if (labelGapMax == null) {
        return config.bars().interval().multipliedBy(LABEL_GAP_BARS);
      }
      if (labelGapMax.isNegative() || labelGapMax.isZero()) {
        throw CliException.usage("--label-gap-max must be above 0, got " + labelGapMax);
      }
      return labelGapMax;
    }

    private void print(ExportResult result) {
      PrintWriter report = common.out();
      report.printf(
          "%s: %,d rows of %,d symbols, %,d with a label, %d features (%s)%n",
          result.file(),
          result.rows(),
          result.symbols(),
          result.labelled(),
          result.features(),
          result.schema());
      report.printf("%,d vectors read in %.1f s%n", result.vectors(), result.seconds());
      if (result.deadLettered() > 0) {
        report.printf("%,d input records were refused as invalid%n", result.deadLettered());
      }
      if (result.otherSchema() > 0) {
        report.printf("%,d vectors of another feature schema are left out%n", result.otherSchema());
      }
      report.flush();
    }
  }
}
