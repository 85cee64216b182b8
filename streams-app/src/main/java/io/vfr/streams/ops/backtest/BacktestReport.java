package io.vfr.streams.ops.backtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a backtest found; also the JSON of {@code vfr backtest --json}. */
public record BacktestReport(
    Run run,
    Evaluated evaluated,
    List<PeriodFigures<ReturnSkill>> ensemble,
    List<ModelFigures> models,
    CoverageFigures coverage,
    Calibrated calibration,
    LongShort longShort,
    CrossCheck crossCheck,
    List<DriftCounts.Drift> drift,
    List<String> caveats) {
  public BacktestReport {
    ensemble = List.copyOf(ensemble);
    models = List.copyOf(models);
    drift = List.copyOf(drift);
    caveats = List.copyOf(caveats);
  }

  /**
   * Figures of the run as a whole, warm-up included.
   *
   * @param rowsSent rows of the files, by topic
   * @param pricesAccepted price records that the application took: each gives one prediction
   * @param deadLettered input records of all kinds that were refused
   * @param predictions predictions read
   * @param degraded of them those that are degraded
   * @param degradedReasons predictions by what they are degraded by
   * @param outcomes outcomes read
   * @param withoutOutcome predictions that wait for their horizon
   * @param vectors feature vectors read
   * @param partitions partitions of the topics
   * @param seconds from the first row sent to the last output read
   */
  record Run(
      Map<String, Long> rowsSent,
      long pricesAccepted,
      long deadLettered,
      long predictions,
      long degraded,
      Map<String, Long> degradedReasons,
      long outcomes,
      long withoutOutcome,
      long vectors,
      int partitions,
      double seconds,
      double predictionsPerSecond) {
    Run {
      rowsSent = Map.copyOf(rowsSent);
      degradedReasons = Map.copyOf(degradedReasons);
    }
  }

  /**
   * What was evaluated.
   *
   * @param from first bar, a day; null without one
   * @param to last bar
   * @param predictions predictions of the window
   * @param met of them those that met their horizon
   * @param scored of these those in which a model took part
   * @param symbols symbols among them
   * @param bars bars among them
   */
  record Evaluated(
      @Nullable String from,
      @Nullable String to,
      long predictions,
      int met,
      int scored,
      int symbols,
      int bars) {}

  /** Figures of one period: all, a year such as 2015, or a quarter such as 2015Q3. */
  record PeriodFigures<T>(String period, T figures) {}

  /**
   * One model's figures.
   *
   * @param model {@code id@version}
   * @param returns of a model that forecasts returns, else empty
   * @param volatility of a model that forecasts volatility, else empty
   */
  record ModelFigures(
      String model,
      List<PeriodFigures<ReturnSkill>> returns,
      List<PeriodFigures<VolatilitySkill>> volatility) {
    ModelFigures {
      returns = List.copyOf(returns);
      volatility = List.copyOf(volatility);
    }
  }

  /**
   * How intervals held.
   *
   * @param nominal what they promise
   * @param periods all, years, quarters
   * @param volatilityTerciles by forecast volatility, lowest third first
   */
  record CoverageFigures(
      double nominal,
      List<PeriodFigures<Coverage>> periods,
      List<PeriodFigures<Coverage>> volatilityTerciles) {
    CoverageFigures {
      periods = List.copyOf(periods);
      volatilityTerciles = List.copyOf(volatilityTerciles);
    }
  }

  /**
   * The periods whose coverage is too far from what intervals promise, a line each.
   *
   * @param overall how far it may be over everything
   * @param quarter how far it may be in each quarter
   */
  public List<String> coverageMisses(double overall, double quarter) {
    List<String> misses = new ArrayList<>();
    for (PeriodFigures<Coverage> period : coverage.periods()) {
      Double held = period.figures().coverage();
      boolean all = period.period().equals(Period.ALL);
      // Years are shown only.
      if (held == null || !(all || period.period().contains("Q"))) {
        continue;
      }
      if (Math.abs(held - coverage.nominal()) > (all ? overall : quarter)) {
        misses.add("%s: %.2f %%".formatted(period.period(), 100 * held));
      }
    }
    return misses;
  }
}
