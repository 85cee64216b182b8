package io.vfr.streams.scoring;

import io.vfr.models.conformal.AdaptiveConformal;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.ModelOutcome;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.PredictionInterval;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.state.HotSymbols;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Lets predictions meet their horizon, states the interval of new ones from what was learnt, and
 * keeps them until theirs (docs/decisions/0006). One task's, in its order of emission.
 */
final class Settlement {
  private static final Bytes INTERVALS_KEY = Bytes.wrap(new byte[] {1});

  /** How many outcomes the residuals of a model's validation are worth. */
  private static final double PRIOR_OUTCOMES = 400;

  /** Scores of a normal distribution's deciles, where no model says anything. */
  private static final double[] PRIOR_UNKNOWN = {
    0.13, 0.25, 0.39, 0.52, 0.67, 0.84, 1.04, 1.28, 1.64, 2.6
  };

  private final ScoringConfig config;
  private final Duration barsInterval;
  private final String horizonName;
  private final OutcomeBook book;
  private final StateTable intervalStore;
  private final Supplier<double @Nullable []> priorScores;
  private final ScoreSums sums;
  private final OutcomeCounters counters;
  private @Nullable AdaptiveConformal intervals;
  private boolean unsaved;

  Settlement(
      ScoringConfig config,
      Duration barsInterval,
      HotSymbols<OutcomeBook.Waiting> hotSymbols,
      StateTable pending,
      StateTable intervalStore,
      Supplier<double @Nullable []> priorScores,
      ScoreSums sums,
      OutcomeCounters counters) {
    this.config = config;
    this.barsInterval = barsInterval;
    this.intervalStore = intervalStore;
    this.priorScores = priorScores;
    this.sums = sums;
    this.counters = counters;
    horizonName = Horizons.name(barsInterval);
    book = new OutcomeBook(pending, hotSymbols);
  }

  /** The outcomes of the symbol's predictions whose next bar is over with this vector. */
  List<Outcome> meet(FeatureVector vector) {
    if (Double.isNaN(vector.previousClose())) {
      return List.of();
    }
    List<Outcome> outcomes = new ArrayList<>(1);
    for (PendingPrediction met : book.meet(vector.symbol(), vector.previousBarStartMillis())) {
      outcomes.add(outcome(met, vector.previousBarStartMillis(), vector.previousClose()));
    }
    return outcomes;
  }

  /**
   * @param barMillis start of the bar whose close realised the prediction
   */
  private Outcome outcome(PendingPrediction met, long barMillis, double close) {
    double realized = (close - met.close()) / met.close();
    Boolean inside =
        Double.isNaN(met.lower()) ? null : met.lower() <= realized && realized <= met.upper();
    List<ModelOutcome> models = new ArrayList<>(met.models().size());
    for (JudgedForecast model : met.models()) {
      models.add(
          new ModelOutcome(
              model.id(),
              model.version(),
              model.output(),
              model.hit(met.usual(), met.band(), realized)));
    }
    if (inside != null) {
      intervals().observe(barMillis, Math.abs(realized - met.expected()) / met.scale(), inside);
      unsaved = true;
    }
    sums.met(met, barMillis, realized, inside);
    counters.met(inside);
    return new Outcome(
        met.id(),
        met.symbol(),
        barMillis + barsInterval.toMillis(),
        horizonName,
        met.expected(),
        realized,
        met.expected() - realized,
        inside,
        models);
  }

  /** The forecast to emit: with its interval, or the last good one if every model failed. */
  Forecast state(ScoredRow row) {
    Forecast forecast = row.forecast();
    if (forecast.interval() != null) {
      double half = row.scale() * intervals().halfWidth();
      double center = forecast.expectedReturn();
      return forecast.withInterval(
          new PredictionInterval(center - half, center + half, config.coverage()));
    }
    boolean failed = forecast.reasons().contains(DegradedReason.MODEL_FAILED);
    PendingPrediction last = failed ? book.lastGood(forecast.vector().symbol()) : null;
    return last == null ? forecast : repeated(forecast, last);
  }

  private Forecast repeated(Forecast failed, PendingPrediction last) {
    List<DegradedReason> reasons = new ArrayList<>(failed.reasons());
    reasons.add(DegradedReason.LAST_GOOD_PREDICTION);
    return new Forecast(
        failed.vector(),
        failed.id(),
        last.expected(),
        direction(last),
        last.probability(),
        last.confidence(),
        Double.isNaN(last.lower())
            ? null
            : new PredictionInterval(last.lower(), last.upper(), config.coverage()),
        last.scale(),
        last.consensus(),
        failed.models(),
        List.of(),
        null,
        reasons);
  }

  private static Direction direction(PendingPrediction last) {
    double up = last.probability().up();
    double neutral = last.probability().neutral();
    double down = last.probability().down();
    if (up > neutral && up > down) {
      return Direction.UP;
    }
    return down > neutral && down > up ? Direction.DOWN : Direction.NEUTRAL;
  }

  /**
   * Keeps a prediction until its horizon; one whose next bar is over already has its outcome now.
   *
   * @param stated the forecast that was emitted
   */
  @Nullable Outcome keep(ScoredRow row, Forecast stated) {
    FeatureVector vector = stated.vector();
    sums.scored(stated.models());
    return vector.close() > 0 ? keepOrMeet(row, stated) : null;
  }

  private @Nullable Outcome keepOrMeet(ScoredRow row, Forecast stated) {
    FeatureVector vector = stated.vector();
    PredictionInterval interval = stated.interval();
    PendingPrediction prediction =
        new PendingPrediction(
            stated.id(),
            vector.symbol(),
            vector.barStartMillis(),
            vector.offset(),
            vector.close(),
            stated.expectedReturn(),
            interval == null ? Double.NaN : interval.lower(),
            interval == null ? Double.NaN : interval.upper(),
            row.scale(),
            row.usual(),
            row.band(),
            stated.probability(),
            stated.confidence(),
            stated.consensus(),
            !row.judged().isEmpty(),
            row.judged());
    counters.predicted();
    if (!Double.isNaN(vector.nextClose())) {
      return outcome(
          prediction, vector.barStartMillis() + barsInterval.toMillis(), vector.nextClose());
    }
    book.add(prediction);
    return null;
  }

  private AdaptiveConformal intervals() {
    AdaptiveConformal known = intervals;
    if (known == null) {
      byte[] stored = intervalStore.get(INTERVALS_KEY);
      double[] prior = priorScores.get();
      known =
          stored == null
              ? new AdaptiveConformal(
                  config.coverage(), prior == null ? PRIOR_UNKNOWN : prior, PRIOR_OUTCOMES)
              : AdaptiveConformal.read(ByteBuffer.wrap(stored), config.coverage());
      intervals = known;
    }
    return known;
  }

  /** Writes what has changed of the predictions that wait, if it has become much. */
  void saveSomeWaiting() {
    book.saveSome();
  }

  /** Writes everything that has changed of the predictions that wait. */
  void saveWaiting() {
    book.save();
  }

  /** Writes everything that has changed; every commit must. */
  void save() {
    book.save();
    if (unsaved) {
      ByteBuffer out = ByteBuffer.allocate(AdaptiveConformal.BYTES);
      intervals().write(out);
      intervalStore.put(INTERVALS_KEY, out.array());
      unsaved = false;
    }
  }
}
