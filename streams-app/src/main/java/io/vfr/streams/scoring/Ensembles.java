package io.vfr.streams.scoring;

import io.vfr.models.calibration.Calibration;
import io.vfr.models.ensemble.Ensemble;
import io.vfr.models.ensemble.EnsembleResult;
import io.vfr.models.ensemble.ModelView;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Driver;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.BoundModel.RowStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores batches of vectors with every model of the current set and combines the answers. Belongs
 * to one task; takes a swapped set over between two batches.
 */
final class Ensembles implements AutoCloseable {
  private static final String ACCURACY_METRIC = "hitRate";
  private static final double ACCURACY_UNKNOWN = 0.5;

  private final ScoringConfig config;
  private final Duration barsInterval;
  private final FeatureSlots slots;
  private final Supplier<ModelSet> models;
  private final ScoringCounters counters;
  private final int volatilitySlot;
  private final DriverRanking drivers;

  private final List<Member> members = new ArrayList<>();
  private @Nullable ModelSet bound;

  /** One model of the set, with what the ensemble remembers of it. */
  private static final class Member {
    private static final double LATENCY_SMOOTHING = 0.01;
    private static final double LATENCY_MILLIS_MAX = 50;

    private final BoundModel model;
    private final Calibration calibration;
    private final double accuracy;
    private final boolean fitsHorizon;
    private double latencyMillis;

    Member(BoundModel model, Duration barsInterval) {
      this.model = model;
      fitsHorizon = model.manifest().horizon().equals(barsInterval);
      calibration = Calibration.of(model.manifest());
      accuracy = model.manifest().metrics().getOrDefault(ACCURACY_METRIC, ACCURACY_UNKNOWN);
    }

    /** Moves slowly and within the budget: one pause must not move a weight. */
    private void measured() {
      double millis = Math.min(LATENCY_MILLIS_MAX, model.microsPerRow() / 1000.0);
      latencyMillis += LATENCY_SMOOTHING * (millis - latencyMillis);
    }
  }

  Ensembles(
      ScoringConfig config,
      Duration barsInterval,
      FeatureSlots slots,
      Supplier<ModelSet> models,
      ScoringCounters counters) {
    this.config = config;
    this.barsInterval = barsInterval;
    this.slots = slots;
    this.models = models;
    this.counters = counters;
    volatilitySlot = slots.slot("volatility_20d");
    drivers = new DriverRanking(slots);
  }

  /** One forecast per vector, in order. */
  List<Forecast> score(List<FeatureVector> batch) {
    ModelSet set = bind();
    counters.batch(batch.size());
    for (Member member : members) {
      member.model.score(batch);
      member.measured();
    }
    List<Forecast> forecasts = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      forecasts.add(combine(set, batch.get(row), row));
    }
    return forecasts;
  }

  private ModelSet bind() {
    ModelSet current = models.get();
    if (current != bound) {
      close();
      for (LoadedModel model : current.models()) {
        members.add(new Member(new BoundModel(model, slots, config.batchRowsMax()), barsInterval));
      }
      bound = current;
    }
    return current;
  }

  private Forecast combine(ModelSet set, FeatureVector vector, int row) {
    double volatility = vector.value(volatilitySlot);
    List<ModelView> views = new ArrayList<>(members.size());
    for (Member member : members) {
      views.add(view(member, row, volatility));
    }
    EnsembleResult result = Ensemble.combine(views, config.coverage());
    List<ModelScore> scores = scores(row, views, result);
    boolean hasForecast = result.hasForecast();
    return new Forecast(
        vector,
        set.digest(),
        result.expectedReturn(),
        Wire.direction(result.direction()),
        Wire.probability(result.probabilities(), hasForecast),
        result.confidence(),
        Wire.interval(result.interval()),
        hasForecast && volatility > 0 ? volatility : null,
        Wire.consensus(result.consensus(), views),
        scores,
        hasForecast ? rank(vector, row, result) : List.of(),
        DriversMethod.PATH,
        reasons(row, hasForecast));
  }

  private ModelView view(Member member, int row, double volatility) {
    String id = member.model.manifest().id();
    if (member.model.status(row) != RowStatus.OK) {
      return ModelView.unusable(id);
    }
    try {
      return ModelView.of(
          id,
          member.calibration.forecast(
              member.model.output(row), 0, volatility, config.neutralBand(), config.coverage()),
          member.accuracy,
          member.latencyMillis);
    } catch (IllegalArgumentException e) {
      // A finite output can still be no forecast: its return overflows.
      member.model.fail(row, e);
      return ModelView.unusable(id);
    }
  }

  private List<ModelScore> scores(int row, List<ModelView> views, EnsembleResult result) {
    List<ModelScore> scores = new ArrayList<>(members.size());
    for (int i = 0; i < members.size(); i++) {
      BoundModel model = members.get(i).model;
      ModelStatus status = Wire.status(model.status(row));
      boolean scored = status == ModelStatus.OK;
      counters.model(model.manifest().id(), status);
      scores.add(
          new ModelScore(
              model.manifest().id(),
              model.manifest().version(),
              model.digest(),
              scored ? model.output(row) : new double[0],
              Wire.signal(views.get(i)),
              result.weights().get(i),
              views.get(i).confidence(),
              scored ? model.microsPerRow() : 0,
              status,
              null));
    }
    return scores;
  }

  private List<Driver> rank(FeatureVector vector, int row, EnsembleResult result) {
    drivers.clear();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member.model.status(row) == RowStatus.OK) {
        double perMargin =
            MarginSlope.of(member.model.manifest(), member.model.output(row))
                * member.calibration.sigma(vector.value(volatilitySlot));
        drivers.add(member.model, vector, result.weights().get(i) * perMargin);
      }
    }
    return drivers.largest(vector);
  }

  private List<DegradedReason> reasons(int row, boolean hasForecast) {
    if (members.isEmpty()) {
      return List.of(DegradedReason.NO_MODELS);
    }
    int skipped = 0;
    int failed = 0;
    for (Member member : members) {
      skipped += member.model.status(row) == RowStatus.SKIPPED ? 1 : 0;
      failed += member.model.status(row) == RowStatus.FAILED ? 1 : 0;
    }
    if (!hasForecast && failed == 0) {
      return List.of(DegradedReason.WARMING_UP);
    }
    List<DegradedReason> reasons = new ArrayList<>();
    if (members.stream().anyMatch(member -> !member.fitsHorizon)) {
      reasons.add(DegradedReason.HORIZON_MISMATCH);
    }
    if (failed > 0) {
      reasons.add(DegradedReason.MODEL_FAILED);
    }
    if (skipped > 0) {
      reasons.add(DegradedReason.MODEL_SKIPPED);
    }
    return reasons;
  }

  /** Lets go of the bound models; the next batch binds the current set anew. */
  @Override
  public void close() {
    members.forEach(member -> member.model.close());
    members.clear();
    bound = null;
  }
}
