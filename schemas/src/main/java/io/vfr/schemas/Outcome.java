package io.vfr.schemas;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a prediction: a message of {@code vfr.outcomes}.
 *
 * @param ts event time at which the horizon was met, epoch milliseconds
 * @param horizon the prediction's horizon, such as {@code 1d}
 * @param predicted the expected return, a fraction
 * @param realized the realised simple return, a fraction
 * @param error predicted minus realised
 * @param insideInterval whether the realised return fell into the prediction's interval; null if it
 *     had none
 */
public record Outcome(
    String predictionId,
    String symbol,
    long ts,
    String horizon,
    double predicted,
    double realized,
    double error,
    @Nullable Boolean insideInterval,
    List<ModelOutcome> models) {
  public Outcome {
    Bounds.text("predictionId", predictionId);
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.text("horizon", horizon);
    Bounds.finite("predicted", predicted);
    Bounds.finite("realized", realized);
    Bounds.finite("error", error);
    models = List.copyOf(models);
  }
}
