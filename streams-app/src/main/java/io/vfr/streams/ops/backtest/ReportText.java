package io.vfr.streams.ops.backtest;

import io.vfr.streams.ops.backtest.BacktestReport.ModelFigures;
import io.vfr.streams.ops.backtest.BacktestReport.PeriodFigures;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A backtest's report as text for a terminal. */
public final class ReportText {
  private static final int DRIFTS_SHOWN = 10;
  private static final double DRIFT_MIN = 0.25;

  private final BacktestReport report;
  private final StringBuilder out = new StringBuilder();

  private ReportText(BacktestReport report) {
    this.report = report;
  }

  /** The text, with a line break at its end. */
  public static String of(BacktestReport report) {
    return new ReportText(report).text();
  }

  private String text() {
    run();
    line("");
    returns("Ensemble", report.ensemble());
    for (ModelFigures model : report.models()) {
      if (model.volatility().isEmpty()) {
        returns(model.model(), model.returns());
      } else {
        volatility(model);
      }
    }
    coverage();
    calibration();
    longShort();
    drift();
    crossCheck();
    line("What this is not");
    report.caveats().forEach(caveat -> line("- " + caveat));
    return out.toString();
  }

  private void run() {
    var run = report.run();
    new TreeMap<>(run.rowsSent())
        .forEach((topic, rows) -> line("%-18s %,9d rows sent", topic, rows));
    line(
        "%,d prices accepted, %,d predictions, %,d outcomes, %,d wait for their horizon, %,d input"
            + " records refused",
        run.pricesAccepted(),
        run.predictions(),
        run.outcomes(),
        run.withoutOutcome(),
        run.deadLettered());
    line(
        "%.1f s, %,.0f predictions/s, %d partitions",
        run.seconds(), run.predictionsPerSecond(), run.partitions());
    line(
        "degraded: %,d%s",
        run.degraded(),
        run.degradedReasons().isEmpty() ? "" : " " + new TreeMap<>(run.degradedReasons()));
    var evaluated = report.evaluated();
    line(
        "evaluated: %s to %s, %,d bars, %,d symbols, %,d predictions, %,d met their horizon, %,d of"
            + " them by models",
        evaluated.from(),
        evaluated.to(),
        evaluated.bars(),
        evaluated.symbols(),
        evaluated.predictions(),
        evaluated.met(),
        evaluated.scored());
  }

  private void returns(String name, List<PeriodFigures<ReturnSkill>> periods) {
    line("%s: returns", name);
    line(
        "  %-8s %9s %8s %9s %7s %10s %10s %10s %9s",
        "", "rows", "hit rate", "rank IC", "t", "mean loss", "RMSE", "of zero", "gain");
    for (PeriodFigures<ReturnSkill> period : periods) {
      ReturnSkill skill = period.figures();
      line(
          "  %-8s %,9d %8s %9s %7s %10s %10s %10s %9s",
          period.period(),
          skill.rows(),
          number("%.4f", skill.hitRate()),
          number("%+.4f", skill.rankIc()),
          number("%+.1f", skill.rankIcT()),
          number("%.6f", skill.meanLoss()),
          number("%.6f", skill.rmse()),
          number("%.6f", skill.rmseZero()),
          percent("%+.3f %%", skill.gain()));
    }
    line("");
  }

  private void volatility(ModelFigures model) {
    line("%s: volatility, beside volatility_20d", model.model());
    line(
        "  %-8s %9s %8s %10s %10s %7s %9s %9s",
        "", "rows", "hit rate", "loss", "of usual", "t", "rank IC", "r²/σ̂²");
    for (PeriodFigures<VolatilitySkill> period : model.volatility()) {
      VolatilitySkill skill = period.figures();
      line(
          "  %-8s %,9d %8s %10s %10s %7s %9s %8s",
          period.period(),
          skill.rows(),
          number("%.4f", skill.hitRate()),
          number("%.4f", skill.meanLoss()),
          number("%.4f", skill.meanLossUsual()),
          number("%+.1f", skill.gainT()),
          number("%+.4f", skill.rankIc()),
          number("%.3f", skill.ratio()));
    }
    line("");
  }

  private void coverage() {
    line("Intervals: %.0f %% promised", 100 * report.coverage().nominal());
    line("  %-8s %9s %9s %12s", "", "rows", "held", "half width");
    report.coverage().periods().forEach(this::coverage);
    line("  by forecast volatility:");
    report.coverage().volatilityTerciles().forEach(this::coverage);
    line("");
  }

  private void coverage(PeriodFigures<Coverage> period) {
    Coverage coverage = period.figures();
    line(
        "  %-8s %,9d %9s %12s",
        period.period(),
        coverage.rows(),
        percent("%.2f %%", coverage.coverage()),
        percent("%.3f %%", coverage.meanHalfWidth()));
  }

  private void calibration() {
    Calibrated calibration = report.calibration();
    line("Probability of UP, tenths of %,d predictions by what was stated", calibration.rows());
    line("  %8s %8s %9s", "stated", "came", "rows");
    for (Calibrated.Bin bin : calibration.bins()) {
      line("  %8.4f %8.4f %,9d", bin.stated(), bin.came(), bin.rows());
    }
    line(
        "  off by %s on average; Brier %s, of the base rates %s",
        number("%.4f", calibration.meanError()),
        number("%.5f", calibration.brier()),
        number("%.5f", calibration.brierBaseRates()));
    line("");
  }

  private void longShort() {
    LongShort found = report.longShort();
    line(
        "Long the highest tenth, short the lowest, by the ensemble, %s bps a trade, %,d bars",
        number("%.1f", found.costBps()), found.bars());
    line(
        "  turnover %s a bar, total %s before costs, %s after them; mean net %s a bar (t %s),"
            + " largest fall %s",
        number("%.2f", found.meanTurnover()),
        percent("%+.1f %%", found.grossTotal()),
        percent("%+.1f %%", found.netTotal()),
        percent("%+.4f %%", found.netMean()),
        number("%+.1f", found.netT()),
        percent("%.1f %%", found.drawdownMax()));
    line("");
  }

  private void drift() {
    long above = report.drift().stream().filter(d -> d.stability() > DRIFT_MIN).count();
    line(
        "Features beside the training references: %,d of %,d (feature, model, quarter) have a"
            + " population stability index above %.2f%s",
        above, report.drift().size(), DRIFT_MIN, above == 0 ? "" : "; the largest:");
    report.drift().stream()
        .filter(d -> d.stability() > DRIFT_MIN)
        .sorted(Comparator.comparingDouble(DriftCounts.Drift::stability).reversed())
        .limit(DRIFTS_SHOWN)
        .forEach(
            d -> line("  %s %-24s %s %.2f", d.quarter(), d.feature(), d.model(), d.stability()));
    line("");
  }

  private void crossCheck() {
    CrossCheck check = report.crossCheck();
    line(
        "Checked: %,d realised returns of %,d symbols against the closes of the file, %,d differ;"
            + " intervals held, %,d differ; %,d hits, %,d differ",
        check.returns(),
        check.symbols(),
        check.returnsDiffering(),
        check.insideDiffering(),
        check.hits(),
        check.hitsDiffering());
    line("");
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String percent(String format, @Nullable Double share) {
    return number(format, share == null ? null : 100 * share);
  }

  private void line(String format, @Nullable Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
