package io.vfr.streams.ops.export;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.TemporaryDirectory;
import io.vfr.streams.ops.replay.CsvKind;
import io.vfr.streams.ops.table.TableFormat;
import io.vfr.streams.ops.table.TableWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Makes a point-in-time training set: the newest vector of each (symbol, bar) on {@code
 * vfr.features}, with the return of the symbol's next bar as its label.
 *
 * <p>The label is the next row's {@code momentum_1d}, the return that the stream itself saw. It is
 * never part of the row's own features, which hold what was known at {@code ts}.
 */
public final class FeatureExport {
  private static final int ROWS_PER_PROGRESS = 1000;
  private static final String TEMPORARY = "vfr-export-";
  private static final int MOMENTUM = FeatureSchema.current().indexOf("momentum_1d");

  private final Request request;
  private final ExportProgress progress;
  private final BooleanSupplier stop;
  private final long startNanos = System.nanoTime();
  private long labelled;

  /**
   * What to write.
   *
   * @param out the file
   * @param format its format
   * @param overwrite whether an existing file is replaced
   * @param labelGapMax how much later the next bar may start and still be the label
   */
  public record Request(Path out, TableFormat format, boolean overwrite, Duration labelGapMax) {
    public Request {
      if (labelGapMax.isNegative() || labelGapMax.isZero()) {
        throw new IllegalArgumentException("the label gap must be above 0, got " + labelGapMax);
      }
    }
  }

  private FeatureExport(Request request, ExportProgress progress, BooleanSupplier stop) {
    this.request = request;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Exports what CSV files give: the topology runs over a broker in this process.
   *
   * @param files at least the prices
   * @param stop asked now and then whether to give up
   * @throws ExportException if it cannot be done
   * @throws io.vfr.streams.ops.replay.ReplayException if a file is not as it should be
   */
  public static ExportResult fromFiles(
      AppConfig config,
      Map<CsvKind, Path> files,
      Request request,
      ExportProgress progress,
      BooleanSupplier stop)
      throws InterruptedException {
    FeatureExport export = new FeatureExport(request, progress, stop);
    export.checkOut();
    try (TemporaryDirectory directory = TemporaryDirectory.create(TEMPORARY);
        FeatureRun run = new FeatureRun(config, directory.path(), progress, stop)) {
      run.run(files);
      return export.write(run.config(), directory.path(), run.prices(), run.deadLettered());
    }
  }

  /**
   * Exports what a cluster's {@code vfr.features} holds.
   *
   * @param stop asked now and then whether to give up
   * @throws ExportException if it cannot be done
   * @throws io.vfr.streams.ops.broker.BrokerException if no broker answers
   */
  public static ExportResult fromTopic(
      AppConfig config, Request request, ExportProgress progress, BooleanSupplier stop) {
    FeatureExport export = new FeatureExport(request, progress, stop);
    export.checkOut();
    try (TemporaryDirectory directory = TemporaryDirectory.create(TEMPORARY)) {
      return export.write(config, directory.path(), 0, 0);
    }
  }

  private void checkOut() {
    Path out = request.out();
    if (Files.isDirectory(out)) {
      throw new ExportException(out + " is a directory");
    }
    if (Files.exists(out) && !request.overwrite()) {
      throw new ExportException(out + " exists; --overwrite replaces it");
    }
    Path parent = out.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
      throw new ExportException(parent + " is no directory that can be written to");
    }
  }

  private ExportResult write(AppConfig config, Path directory, long prices, long deadLettered) {
    FeatureTopic topic = new FeatureTopic(config, progress, stop);
    // Beside the result, so that it can take its place in one step.
    Path part = request.out().resolveSibling(request.out().getFileName() + ".part");
    try (FeatureRows rows = new FeatureRows(directory.resolve("rows"), config.bars().interval())) {
      topic.readInto(rows);
      requireRows(rows, topic);
      List<String> columns = rows.columns();
      try (TableWriter table = request.format().create(part, columns)) {
        write(rows, columns.size(), table);
      }
      Files.move(part, request.out(), StandardCopyOption.REPLACE_EXISTING);
      return new ExportResult(
          request.out().toString(),
          request.format().label(),
          rows.rows(),
          labelled,
          rows.symbols(),
          columns.size(),
          FeatureSchema.current().id(),
          topic.vectors(),
          topic.otherSchema(),
          prices,
          deadLettered,
          Math.round((System.nanoTime() - startNanos) / 1e6) / 1000.0);
    } catch (IOException e) {
      throw new ExportException(request.out() + " cannot be written: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new ExportException(request.out() + " cannot be written: " + e.getMessage(), e);
    } finally {
      part.toFile().delete();
    }
  }

  private static void requireRows(FeatureRows rows, FeatureTopic topic) {
    if (rows.rows() > 0) {
      return;
    }
    throw new ExportException(
        topic.vectors() == 0
            ? "there are no vectors on vfr.features: no price was accepted, or features.emit is off"
            : "all "
                + topic.vectors()
                + " vectors on vfr.features are of another feature schema than this build's "
                + FeatureSchema.current().id());
  }

  private void write(FeatureRows rows, int columns, TableWriter table) throws IOException {
    progress.beginPhase("writing " + request.out().getFileName(), rows.rows());
    double[][] values = new double[2][columns];
    long[] written = {0};
    rows.forEach((symbol, bars) -> {
      bars.read(0, values[0]);
      for (int i = 0; i < bars.size(); i++) {
        double[] current = values[i % 2];
        double[] next = values[(i + 1) % 2];
        double label = Double.NaN;
        long labelTs = Long.MIN_VALUE;
        if (i + 1 < bars.size()) {
          bars.read(i + 1, next);
          if (isNear(bars, i)) {
            label = next[MOMENTUM];
            labelTs = bars.ts(i + 1);
          }
        }
        labelled += Double.isNaN(label) ? 0 : 1;
        table.write(symbol, bars.ts(i), labelTs, label, current);
        if (++written[0] % ROWS_PER_PROGRESS == 0) {
          progress.advancePhase(written[0]);
        }
      }
      if (stop.getAsBoolean()) {
        throw new ExportException("stopped before it was done");
      }
    });
    progress.endPhase(written[0]);
  }

  private boolean isNear(FeatureRows.SymbolRows bars, int row) {
    return bars.barStart(row + 1) - bars.barStart(row) <= request.labelGapMax().toMillis();
  }
}
