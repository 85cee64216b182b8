package io.vfr.schemas;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one accepted price record: a message of {@code vfr.predictions}.
 *
 * @param id deterministic: the same input record and model set give the same id
 * @param ts event time, epoch milliseconds: of the price record, or the newest that its bar had
 *     seen before
 * @param producedAt when the prediction was made, epoch milliseconds
 * @param expiresAt from when on the prediction should no longer be used, epoch milliseconds
 * @param horizon how far it looks ahead, such as {@code 1d}
 * @param expectedReturn simple return over the horizon, a fraction
 * @param confidence 0..1
 * @param interval range of the return; null while it cannot be stated
 * @param volatility forecast standard deviation of the return over the horizon, a fraction; null
 *     while it cannot be stated
 * @param drivers the features that moved the forecast most, at most five, largest first
 * @param driversBy how each model's share was attributed, by model id, in the order in which it is
 *     written; empty, and then not written, unless driversMethod is SHAP
 * @param degradedReasons why the prediction is worth less than a full one; empty for a full one
 * @param latencyMillis from the broker's append of the price record to the emission, milliseconds
 */
public record Prediction(
    String id,
    String symbol,
    long ts,
    long producedAt,
    long expiresAt,
    String horizon,
    double expectedReturn,
    Direction direction,
    Probability probability,
    double confidence,
    @Nullable PredictionInterval interval,
    @Nullable Double volatility,
    Consensus consensus,
    List<ModelScore> models,
    List<Driver> drivers,
    DriversMethod driversMethod,
    Map<String, AttributionMethod> driversBy,
    FeatureSummary features,
    List<DegradedReason> degradedReasons,
    SourceRef source,
    long latencyMillis) {
  /** Most drivers of one prediction. */
  public static final int DRIVERS_MAX = 5;

  public Prediction {
    Bounds.text("id", id);
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.timestamp("producedAt", producedAt);
    Bounds.timestamp("expiresAt", expiresAt);
    Bounds.text("horizon", horizon);
    Bounds.finite("expectedReturn", expectedReturn);
    Bounds.fraction("confidence", confidence);
    if (volatility != null) {
      Bounds.range("volatility", volatility, 0, Double.MAX_VALUE);
    }
    models = List.copyOf(models);
    drivers = List.copyOf(drivers);
    if (drivers.size() > DRIVERS_MAX) {
      throw new InvalidMessageException(
          RejectCode.TOO_MANY_VALUES,
          "drivers must have at most " + DRIVERS_MAX + " entries but has " + drivers.size());
    }
    driversBy =
        driversBy.isEmpty()
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(driversBy));
    driversBy.keySet().forEach(model -> Bounds.text("driversBy", model));
    if (driversMethod != DriversMethod.SHAP && !driversBy.isEmpty()) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE,
          "driversBy must be absent unless driversMethod is shap, but is "
              + driversBy
              + " with "
              + driversMethod.wire());
    }
    degradedReasons = List.copyOf(degradedReasons);
    Bounds.notNegative("latencyMillis", latencyMillis);
  }

  /** The same with drivers that were attributed exactly. */
  public Prediction withDrivers(List<Driver> exact, Map<String, AttributionMethod> by) {
    return new Prediction(
        id,
        symbol,
        ts,
        producedAt,
        expiresAt,
        horizon,
        expectedReturn,
        direction,
        probability,
        confidence,
        interval,
        volatility,
        consensus,
        models,
        exact,
        DriversMethod.SHAP,
        by,
        features,
        degradedReasons,
        source,
        latencyMillis);
  }

  /** Whether the prediction is worth less than a full one; the reasons say why. */
  public boolean degraded() {
    return !degradedReasons.isEmpty();
  }
}
