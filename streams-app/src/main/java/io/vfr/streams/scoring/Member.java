package io.vfr.streams.scoring;

import io.vfr.models.calibration.Calibration;
import io.vfr.models.calibration.Forecast;
import io.vfr.models.ensemble.ModelView;
import io.vfr.models.evaluation.Judgement;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Manifest;
import io.vfr.models.registry.ModelRole;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.BoundModel.RowStatus;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One model of the current set as one task uses it: the bound model, what its outputs mean, and
 * what the ensemble remembers of it.
 */
final class Member implements AutoCloseable {
  private static final String ACCURACY_METRIC = "hitRate";
  private static final double ACCURACY_UNKNOWN = 0.5;
  private static final double LATENCY_SMOOTHING = 0.01;
  private static final double LATENCY_MILLIS_MAX = 50;

  private final BoundModel model;
  private final String key;
  private final ModelRole role;
  private final Calibration calibration;
  private final Judgement judgement;
  private final double priorAccuracy;
  private final ScoringCounters.OfModel counters;
  private final @Nullable Forecast[] forecasts;
  private double latencyMillis;

  Member(BoundModel model, ModelRole role, ScoringCounters counters, int batchRowsMax) {
    this.model = model;
    this.role = role;
    Manifest manifest = model.manifest();
    key = manifest.key();
    this.counters = counters.ofModel(manifest.id());
    calibration = Calibration.of(manifest);
    judgement = Judgement.of(manifest.kind(), manifest.task());
    priorAccuracy =
        Math.clamp(manifest.metrics().getOrDefault(ACCURACY_METRIC, ACCURACY_UNKNOWN), 0, 1);
    forecasts = new Forecast[batchRowsMax];
  }

  /**
   * Scores the rows that are wanted and makes their forecasts; a row whose output is no forecast
   * has failed.
   *
   * @param volatilitySlot slot of {@code volatility_20d}
   */
  void score(
      List<FeatureVector> batch,
      IntPredicate wanted,
      int volatilitySlot,
      double neutralBand,
      double coverage) {
    model.score(batch, wanted);
    for (int row = 0; row < batch.size(); row++) {
      forecasts[row] = null;
      if (model.status(row) != RowStatus.OK) {
        continue;
      }
      try {
        double volatility = batch.get(row).value(volatilitySlot);
        forecasts[row] =
            calibration.forecast(model.output(row), 0, volatility, neutralBand, coverage);
      } catch (IllegalArgumentException e) {
        // A finite output can still be no forecast: its return overflows, its volatility is 0.
        model.fail(row, e);
      }
    }
    // Moves slowly and within the budget: one pause must not move a weight.
    double millis = Math.min(LATENCY_MILLIS_MAX, model.microsPerRow() / 1000.0);
    latencyMillis += LATENCY_SMOOTHING * (millis - latencyMillis);
  }

  /** Leaves all rows of a batch out. */
  void shed(int rows) {
    model.shed(rows);
    Arrays.fill(forecasts, 0, rows, null);
  }

  /** How the ensemble sees a row of it. */
  ModelView view(int row, Standings standings) {
    Forecast forecast = forecasts[row];
    if (forecast == null) {
      return ModelView.unusable(id());
    }
    double accuracy = standings.accuracy(key, priorAccuracy);
    ModelView view = ModelView.of(id(), forecast, accuracy, latencyMillis);
    return manifest().kind() == Kind.VOLATILITY ? view.withoutSide() : view;
  }

  /** What a row's forecast will be judged by; null if there is none. */
  @Nullable JudgedForecast judged(int row) {
    Forecast forecast = forecasts[row];
    return forecast == null
        ? null
        : new JudgedForecast(
            key,
            manifest().id(),
            manifest().version(),
            role == ModelRole.SHADOW,
            judgement,
            forecast.expectedReturn(),
            forecast.probabilities().direction(),
            model.output(row));
  }

  @Nullable Forecast forecast(int row) {
    return forecasts[row];
  }

  BoundModel model() {
    return model;
  }

  ModelRole role() {
    return role;
  }

  /** What is counted of it. */
  ScoringCounters.OfModel counters() {
    return counters;
  }

  Calibration calibration() {
    return calibration;
  }

  Manifest manifest() {
    return model.manifest();
  }

  String id() {
    return model.manifest().id();
  }

  @Override
  public void close() {
    model.close();
  }
}
