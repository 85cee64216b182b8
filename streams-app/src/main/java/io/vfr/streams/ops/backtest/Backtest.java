package io.vfr.streams.ops.backtest;

import io.vfr.models.manifest.Manifest;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.ops.TemporaryDirectory;
import io.vfr.streams.ops.backtest.BacktestReport.CoverageFigures;
import io.vfr.streams.ops.backtest.BacktestReport.Evaluated;
import io.vfr.streams.ops.backtest.BacktestReport.ModelFigures;
import io.vfr.streams.ops.backtest.BacktestReport.PeriodFigures;
import io.vfr.streams.ops.backtest.BacktestReport.Run;
import io.vfr.streams.ops.export.ExportProgress;
import io.vfr.streams.ops.replay.CsvKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Plays history through the topology that serves, and measures what its predictions were worth.
 *
 * <p>All that is measured is worked out anew from {@code vfr.predictions} and {@code vfr.outcomes};
 * of the pipeline's own judgements none is used but to be compared.
 */
public final class Backtest {
  /** Said in every report: what a good figure would not mean. */
  private static final List<String> CAVEATS =
      List.of(
          "Symbols are those of the file: if they were chosen later (index members, survivors), the"
              + " past looks better than it was to anyone who lived it.",
          "A model's training and calibration window may lie inside of the period: its card says"
              + " what was out of sample.",
          "A prediction needs the close that the long-short portfolio trades at: no order could have"
              + " been filled so. No spread but the flat cost, no borrowing fee, no dividends, no"
              + " market impact, no limit on what can be sold short.",
          "t values take bars as independent; they are not quite.",
          "Partitions are played as fast as they go, each at its own pace: the accuracy in the"
              + " ensemble's weights comes from outcomes of all of them and may be some bars old or"
              + " ahead, so that combined forecasts differ in their last digits from run to run.");

  private final AppConfig config;
  private final Request request;

  /**
   * What to do.
   *
   * @param files at least the prices
   * @param window which days to evaluate; everything before only warms up
   * @param partitions of the topics: how many pools of symbols learn their intervals apart
   * @param costBps cost of trading, in 1/10,000 of what is bought or sold
   */
  public record Request(Map<CsvKind, Path> files, Window window, int partitions, double costBps) {
    public Request {
      files = Map.copyOf(files);
      if (!files.containsKey(CsvKind.PRICES)) {
        throw new IllegalArgumentException("a backtest needs prices");
      }
      if (partitions < 1) {
        throw new IllegalArgumentException("partitions must be at least 1, got " + partitions);
      }
      if (!(costBps >= 0 && costBps <= 10_000)) {
        throw new IllegalArgumentException("costs must be 0..10000 bps, got " + costBps);
      }
    }
  }

  Backtest(AppConfig config, Request request) {
    this.config = config;
    this.request = request;
  }

  /**
   * Runs it, over a broker in this process.
   *
   * @param stop asked now and then whether to give up
   * @throws BacktestException if it cannot be done
   * @throws io.vfr.streams.ops.replay.ReplayException if a file is not as it should be
   */
  public static BacktestReport run(
      AppConfig config, Request request, ExportProgress progress, BooleanSupplier stop)
      throws InterruptedException {
    Backtest backtest = new Backtest(config, request);
    try (TemporaryDirectory directory = TemporaryDirectory.create("vfr-backtest-");
        BacktestRun run = new BacktestRun(config, directory.path(), progress, stop)) {
      return backtest.report(run);
    }
  }

  /** Plays the files and measures what came; the topics stay as long as the run is open. */
  BacktestReport report(BacktestRun run) throws InterruptedException {
    BacktestRun.Outputs outputs = run.run(request.files(), request.partitions(), request.window());
    OutputReader reader = outputs.reader();
    if (reader.withoutPrediction() > 0) {
      throw new BacktestException(
          reader.withoutPrediction()
              + " outcomes name a prediction that is not on vfr.predictions");
    }
    if (reader.rows().size() == 0) {
      throw new BacktestException(
          "no prediction of the window met its horizon: of "
              + reader.predictions()
              + " predictions "
              + reader.inWindow()
              + " are in the window");
    }
    double band = config.scoring().neutralBand();
    Map<String, ModelMeasure> measures = new TreeMap<>();
    for (Manifest manifest : outputs.manifests()) {
      measures.put(manifest.key(), new ModelMeasure(manifest, band));
    }
    Rows rows = reader.rows().sorted(measures);
    double[] ensemble = rows.ensemble();
    Path prices = Objects.requireNonNull(request.files().get(CsvKind.PRICES));
    return new BacktestReport(
        figures(run, reader),
        evaluated(rows, reader),
        byPeriod(rows, period -> ReturnSkill.of(rows, ensemble, period.from(), period.to())),
        rows.models().stream().map(model -> model(rows, model)).toList(),
        coverage(rows),
        Calibrated.of(rows, 0, rows.size(), band),
        LongShort.of(rows, ensemble, 0, rows.size(), request.costBps()),
        CrossCheck.of(rows, prices, config.bars().interval().toMillis()),
        outputs.drift().measure(),
        CAVEATS);
  }

  private Run figures(BacktestRun run, OutputReader reader) {
    return new Run(
        run.sent(),
        run.accepted(),
        run.deadLettered(),
        reader.predictions(),
        reader.degradedPredictions(),
        reader.degraded(),
        reader.outcomes(),
        reader.withoutOutcome(),
        reader.vectors(),
        request.partitions(),
        Math.round(run.seconds() * 1000) / 1000.0,
        Math.round(reader.predictions() / run.seconds()));
  }

  private static Evaluated evaluated(Rows rows, OutputReader reader) {
    int[] bars = {0};
    rows.forEachBar(0, rows.size(), (from, to) -> bars[0]++);
    return new Evaluated(
        Period.day(rows.bar()[0]).toString(),
        Period.day(rows.bar()[rows.size() - 1]).toString(),
        reader.inWindow(),
        rows.size(),
        rows.scored().cardinality(),
        rows.symbols().size(),
        bars[0]);
  }

  private static ModelFigures model(Rows rows, Rows.ModelRows model) {
    return model.isVolatility()
        ? new ModelFigures(
            model.key(),
            List.of(),
            byPeriod(
                rows,
                period -> VolatilitySkill.of(rows, model.forecast(), period.from(), period.to())))
        : new ModelFigures(
            model.key(),
            byPeriod(
                rows, period -> ReturnSkill.of(rows, model.forecast(), period.from(), period.to())),
            List.of());
  }

  private CoverageFigures coverage(Rows rows) {
    double[] stated =
        Arrays.stream(rows.volatility()).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double low = stated.length == 0 ? Double.NaN : stated[stated.length / 3];
    double high = stated.length == 0 ? Double.NaN : stated[stated.length * 2 / 3];
    return new CoverageFigures(
        config.scoring().coverage(),
        byPeriod(rows, period -> Coverage.of(rows, period.from(), period.to(), row -> true)),
        List.of(
            tercile("low", rows, Double.NEGATIVE_INFINITY, low),
            tercile("middle", rows, low, high),
            tercile("high", rows, high, Double.POSITIVE_INFINITY)));
  }

  private static PeriodFigures<Coverage> tercile(String name, Rows rows, double from, double to) {
    return new PeriodFigures<>(
        name,
        Coverage.of(
            rows,
            0,
            rows.size(),
            row -> rows.volatility()[row] >= from && rows.volatility()[row] < to));
  }

  /** Everything, then each year, then each quarter. */
  private static <T> List<PeriodFigures<T>> byPeriod(Rows rows, Function<Period, T> measure) {
    List<Period> periods = new ArrayList<>(List.of(Period.all(rows)));
    periods.addAll(Period.years(rows));
    periods.addAll(Period.quarters(rows));
    return periods.stream()
        .map(period -> new PeriodFigures<>(period.name(), measure.apply(period)))
        .toList();
  }
}
