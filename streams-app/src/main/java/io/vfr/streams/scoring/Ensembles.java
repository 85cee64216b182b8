package io.vfr.streams.scoring;

import io.vfr.models.ensemble.Ensemble;
import io.vfr.models.ensemble.EnsembleResult;
import io.vfr.models.ensemble.ModelView;
import io.vfr.models.manifest.Algorithm;
import io.vfr.models.manifest.Kind;
import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Driver;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureSequence;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.scoring.BoundModel.RowStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Scores batches of vectors with every model of the current set and combines the answers. Belongs
 * to one task; takes a swapped set over between two batches.
 */
final class Ensembles implements AutoCloseable {
  /** Daily volatility of a stock of which nothing is known and no model says. */
  private static final double VOLATILITY_UNKNOWN = 0.02;

  private final ScoringConfig config;
  private final Duration barsInterval;
  private final FeatureSlots slots;
  private final Supplier<ModelSet> models;
  private final Supplier<Standings> standings;
  private final BooleanSupplier shedding;
  private final ScoringCounters counters;
  private final int volatilitySlot;
  private final DriverRanking drivers;
  private final ExplanationCounters explanations;
  private @Nullable BoundSet bound;
  private @Nullable Explainer explainer;

  Ensembles(
      ScoringConfig config,
      Duration barsInterval,
      FeatureSlots slots,
      Supplier<ModelSet> models,
      Supplier<Standings> standings,
      BooleanSupplier shedding,
      ScoringCounters counters,
      ExplanationCounters explanations) {
    this.config = config;
    this.barsInterval = barsInterval;
    this.slots = slots;
    this.models = models;
    this.standings = standings;
    this.shedding = shedding;
    this.counters = counters;
    this.explanations = explanations;
    volatilitySlot = slots.slot("volatility_20d");
    drivers = new DriverRanking(slots);
  }

  /** One scored row per vector, in order. */
  List<ScoredRow> score(List<FeatureVector> batch) {
    BoundSet set = bind(batch);
    long started = System.nanoTime();
    set.score(batch, shedding.getAsBoolean());
    Standings known = standings.get();
    List<ScoredRow> rows = new ArrayList<>(batch.size());
    for (int row = 0; row < batch.size(); row++) {
      rows.add(combine(set, known, batch.get(row), row));
    }
    counters.batch(batch.size(), System.nanoTime() - started);
    return rows;
  }

  /**
   * The current set; the one before while a vector of the batch was made without the sequences that
   * the current one reads.
   */
  private BoundSet bind(List<FeatureVector> batch) {
    ModelSet current = models.get();
    BoundSet before = bound;
    if (before != null && (before.set() == current || !isServed(current, batch))) {
      return before;
    }
    BoundSet next = new BoundSet(current, config, slots, volatilitySlot, counters);
    bound = next;
    explainer = new Explainer(current, slots, ExplanationUse.ALERT, explanations);
    if (before != null) {
      before.close();
    }
    return next;
  }

  private static boolean isServed(ModelSet set, List<FeatureVector> batch) {
    SequencePlan wanted = set.sequences();
    for (FeatureVector vector : batch) {
      FeatureSequence sequence = vector.sequence();
      SequencePlan made = sequence == null ? SequencePlan.NONE : sequence.plan();
      if (!made.covers(wanted)) {
        return false;
      }
    }
    return true;
  }

  /** The set that the last batch was scored with. */
  Optional<ModelSet> set() {
    return Optional.ofNullable(bound).map(BoundSet::set);
  }

  /** What the volatility model, or else the first champion, was calibrated on; null without one. */
  double @Nullable [] priorScores() {
    // Never another set than the one that scored the batch which is being settled.
    BoundSet set = bound == null ? bind(List.of()) : bound;
    Member member = set.volatility();
    if (member == null && !set.champions().isEmpty()) {
      member = set.champions().getFirst();
    }
    return member == null ? null : member.calibration().absoluteResiduals();
  }

  /** A member whose forecast takes part in a row, and the one that it stands in for. */
  private record Voice(Member member, ModelView view, @Nullable String fallbackFor) {}

  private ScoredRow combine(BoundSet set, Standings known, FeatureVector vector, int row) {
    List<Voice> voices = voices(set, known, row);
    List<ModelView> views = new ArrayList<>(voices.size());
    for (Voice voice : voices) {
      views.add(voice.view());
    }
    EnsembleResult result = Ensemble.combine(views, config.coverage());
    boolean hasForecast = result.hasForecast();
    double usual = usual(set, vector);
    double scale = scale(set, row, usual);
    Forecast forecast =
        new Forecast(
            vector,
            id(vector, set),
            result.expectedReturn(),
            Wire.direction(result.direction()),
            Wire.probability(result.probabilities(), hasForecast),
            result.confidence(),
            Wire.interval(result.interval()),
            hasForecast ? scale : null,
            Wire.consensus(result.consensus(), views),
            scores(set, voices, result, row),
            hasForecast ? rank(vector, voices, result, row) : List.of(),
            hasForecast ? explainer : null,
            reasons(set, voices, row, hasForecast));
    return new ScoredRow(
        forecast, scale, usual, config.neutralBand() * usual, judged(set, voices, row));
  }

  /** The input record and the model set name a prediction: the same two give the same id. */
  private static String id(FeatureVector vector, BoundSet set) {
    return vector.topic() + '-' + vector.partition() + '-' + vector.offset() + set.idSuffix();
  }

  /** The champions by id, then the fallbacks that stand in. */
  private static List<Voice> voices(BoundSet set, Standings known, int row) {
    List<Voice> voices = new ArrayList<>(set.champions().size() + 1);
    for (Member champion : set.champions()) {
      voices.add(voice(set, champion, known, row));
    }
    for (Member fallback : set.fallbacks()) {
      RowStatus status = fallback.model().status(row);
      if (status != RowStatus.UNASKED && status != RowStatus.SHED) {
        voices.add(voice(set, fallback, known, row));
      }
    }
    return voices;
  }

  private static Voice voice(BoundSet set, Member member, Standings known, int row) {
    return new Voice(member, member.view(row, known), set.standsInFor(member, row));
  }

  private double usual(BoundSet set, FeatureVector vector) {
    double volatility = vector.value(volatilitySlot);
    return set.champions().isEmpty()
        ? (volatility > 0 ? volatility : VOLATILITY_UNKNOWN)
        : set.champions().getFirst().calibration().sigma(volatility);
  }

  /** σ̂ of the volatility model or of what stands in for it; the usual volatility without one. */
  private static double scale(BoundSet set, int row, double usual) {
    Member model = set.volatility();
    if (model == null) {
      return usual;
    }
    io.vfr.models.calibration.Forecast forecast = model.forecast(row);
    if (forecast == null) {
      Member standIn = set.standIn(model, row);
      forecast =
          standIn == null || standIn.manifest().kind() != Kind.VOLATILITY
              ? null
              : standIn.forecast(row);
    }
    return forecast == null ? usual : forecast.sigma();
  }

  private static List<ModelScore> scores(
      BoundSet set, List<Voice> voices, EnsembleResult result, int row) {
    List<ModelScore> scores = new ArrayList<>(voices.size() + set.shadows().size());
    for (int i = 0; i < voices.size(); i++) {
      Voice voice = voices.get(i);
      double weight = result.weights().get(i);
      voice.member().counters().weight(weight);
      scores.add(score(voice.member(), row, voice.view(), weight, voice.fallbackFor()));
    }
    for (Member shadow : set.shadows()) {
      scores.add(score(shadow, row, shadow.view(row, Standings.NONE), 0, null));
    }
    return scores;
  }

  private static ModelScore score(
      Member member, int row, ModelView view, double weight, @Nullable String fallbackFor) {
    BoundModel model = member.model();
    boolean scored = member.forecast(row) != null;
    ModelStatus status = Wire.status(model.status(row));
    if (scored && member.role() == ModelRole.SHADOW) {
      status = ModelStatus.SHADOW;
    }
    member.counters().row(status);
    return new ModelScore(
        member.id(),
        member.manifest().version(),
        model.digest(),
        scored ? model.output(row) : new double[0],
        Wire.signal(view),
        weight,
        view.confidence(),
        scored ? model.microsPerRow() : 0,
        status,
        fallbackFor);
  }

  private List<Driver> rank(
      FeatureVector vector, List<Voice> voices, EnsembleResult result, int row) {
    drivers.clear();
    for (int i = 0; i < voices.size(); i++) {
      Member member = voices.get(i).member();
      io.vfr.models.calibration.Forecast forecast = member.forecast(row);
      if (forecast == null || member.manifest().kind() == Kind.VOLATILITY) {
        continue;
      }
      double weight = result.weights().get(i);
      double[] output = member.model().output(row);
      if (member.manifest().algorithm() == Algorithm.ONNX) {
        drivers.addWhole(
            RowInputs.MODEL_PREFIX + member.id(), output[0], weight * forecast.expectedReturn());
      } else {
        double perMargin =
            MarginSlope.of(
                member.manifest(),
                output,
                member.calibration().sigma(vector.value(volatilitySlot)));
        drivers.add(member.model(), row, weight * perMargin);
      }
    }
    return drivers.largest(vector);
  }

  private static List<JudgedForecast> judged(BoundSet set, List<Voice> voices, int row) {
    List<JudgedForecast> judged = new ArrayList<>();
    for (Voice voice : voices) {
      JudgedForecast forecast = voice.member().judged(row);
      if (forecast != null) {
        judged.add(forecast);
      }
    }
    for (Member shadow : set.shadows()) {
      JudgedForecast forecast = shadow.judged(row);
      if (forecast != null) {
        judged.add(forecast);
      }
    }
    return judged;
  }

  /** Shadows never make a prediction worth less. */
  private List<DegradedReason> reasons(
      BoundSet set, List<Voice> voices, int row, boolean hasForecast) {
    if (set.champions().isEmpty()) {
      return List.of(DegradedReason.NO_MODELS);
    }
    boolean mismatched = false;
    boolean skipped = false;
    boolean failed = false;
    boolean alone = false;
    boolean shed = false;
    for (Member champion : set.champions()) {
      RowStatus status = champion.model().status(row);
      mismatched |= !champion.manifest().horizon().equals(barsInterval);
      shed |= status == RowStatus.SHED;
      skipped |= status == RowStatus.SKIPPED;
      if (status == RowStatus.FAILED) {
        failed = true;
        alone |= set.standIn(champion, row) == null;
      }
    }
    boolean replaced = false;
    for (Voice voice : voices) {
      replaced |= voice.fallbackFor() != null;
    }
    if (!hasForecast && !failed && !shed) {
      return List.of(DegradedReason.WARMING_UP);
    }
    List<DegradedReason> reasons = new ArrayList<>();
    if (mismatched) {
      reasons.add(DegradedReason.HORIZON_MISMATCH);
    }
    if (alone) {
      reasons.add(DegradedReason.MODEL_FAILED);
    }
    if (replaced) {
      reasons.add(DegradedReason.MODEL_FALLBACK);
    }
    if (skipped) {
      reasons.add(DegradedReason.MODEL_SKIPPED);
    }
    if (shed) {
      reasons.add(DegradedReason.LOAD_SHED);
    }
    return reasons;
  }

  /** Lets go of the bound models; the next batch binds the current set anew. */
  @Override
  public void close() {
    if (bound != null) {
      bound.close();
      bound = null;
      explainer = null;
    }
  }
}
