package io.vfr.models.manifest;

/** The quantity that a model was trained to predict at its horizon. */
public enum Target implements JsonName {
  /** The simple return over the horizon: close(t + horizon) / close(t) − 1. */
  RETURN,
  /** That return divided by {@code volatility_20d} at t: a number without a unit. */
  STANDARDIZED_RETURN,
  /** The class of that return: above, within or below a neutral band. */
  DIRECTION,
  /** The volatility over the horizon, in the unit of {@code volatility_20d}. */
  VOLATILITY
}
