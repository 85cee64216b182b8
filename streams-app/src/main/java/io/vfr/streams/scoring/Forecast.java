package io.vfr.streams.scoring;

import io.vfr.schemas.Consensus;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.Driver;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.PredictionInterval;
import io.vfr.schemas.Probability;
import io.vfr.streams.features.FeatureVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ensemble says about one feature vector.
 *
 * @param id of the prediction: the input record and the set of models that were asked
 * @param expectedReturn simple return over the horizon, a fraction
 * @param confidence 0..1
 * @param interval null while it cannot be stated
 * @param volatility standard deviation of the return over the horizon, a fraction; null while it
 *     cannot be stated
 * @param drivers attributed while scoring
 * @param explainer attributes them exactly, on the thread that scored; null if there is nothing to
 *     explain
 * @param reasons why the forecast is worth less than a full one; empty for a full one
 */
public record Forecast(
    FeatureVector vector,
    String id,
    double expectedReturn,
    Direction direction,
    Probability probability,
    double confidence,
    @Nullable PredictionInterval interval,
    @Nullable Double volatility,
    Consensus consensus,
    List<ModelScore> models,
    List<Driver> drivers,
    @Nullable Explainer explainer,
    List<DegradedReason> reasons) {
  public Forecast {
    models = List.copyOf(models);
    drivers = List.copyOf(drivers);
    reasons = List.copyOf(reasons);
  }

  /** Attributes the drivers exactly, now; null if they are as exact as they can be. */
  public @Nullable Explanation explain() {
    return explainer == null ? null : explainer.explain(vector, models);
  }

  /** The same with another interval. */
  Forecast withInterval(PredictionInterval stated) {
    return new Forecast(
        vector,
        id,
        expectedReturn,
        direction,
        probability,
        confidence,
        stated,
        volatility,
        consensus,
        models,
        drivers,
        explainer,
        reasons);
  }
}
