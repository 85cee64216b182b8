package io.vfr.models.ensemble;

import io.vfr.models.calibration.Forecast;
import org.jspecify.annotations.Nullable;

/**
 * One model as the ensemble sees it.
 *
 * @param id the model's id
 * @param forecast its forecast, or null if it failed or was skipped: its weight is then 0
 * @param accuracy share of its forecasts that came true, 0..1
 * @param latencyMillis what a row costs it; a slow-moving figure, not that of one call
 * @param confidence its own confidence in this forecast, 0..1
 * @param takesSide whether it has a vote in the consensus: not so a volatility model, whose
 *     forecast of the return is always 0
 */
public record ModelView(
    String id,
    @Nullable Forecast forecast,
    double accuracy,
    double latencyMillis,
    double confidence,
    boolean takesSide) {
  public ModelView {
    if (!(accuracy >= 0 && accuracy <= 1)
        || !(confidence >= 0 && confidence <= 1)
        || !(latencyMillis >= 0)) {
      throw new IllegalArgumentException(
          id
              + ": accuracy "
              + accuracy
              + " and confidence "
              + confidence
              + " must be in 0..1, latencyMillis "
              + latencyMillis
              + " not negative");
    }
  }

  /** A model that made a forecast; its confidence is that of its probabilities. */
  public static ModelView of(String id, Forecast forecast, double accuracy, double latencyMillis) {
    return new ModelView(
        id, forecast, accuracy, latencyMillis, forecast.probabilities().confidence(), true);
  }

  /** The same model as one that takes no side. */
  public ModelView withoutSide() {
    return new ModelView(id, forecast, accuracy, latencyMillis, confidence, false);
  }

  /** The side it takes: NEUTRAL if it takes none; null if it made no forecast. */
  public @Nullable Signal signal() {
    if (forecast == null) {
      return null;
    }
    return takesSide ? Signal.of(forecast.probabilities().direction()) : Signal.NEUTRAL;
  }

  /** A model that failed or was skipped. */
  public static ModelView unusable(String id) {
    return new ModelView(id, null, 0, 0, 0, false);
  }
}
