package io.vfr.schemas;

/** Why a prediction is worth less than a full one. */
public enum DegradedReason implements WireEnum {
  /** No model has its required features yet; the forecast is neutral. */
  WARMING_UP,
  /** A model lacked a required feature and was left out. */
  MODEL_SKIPPED,
  /** A model failed and was left out. */
  MODEL_FAILED,
  /** A model failed and its declared fallback stood in. */
  MODEL_FALLBACK,
  /**
   * The models were trained for another horizon than the length of these bars; the forecast is an
   * extrapolation.
   */
  HORIZON_MISMATCH,
  /** No model is loaded. */
  NO_MODELS,
  /** Every model failed; the forecast is the last good one. */
  LAST_GOOD_PREDICTION,
  /** Fundamentals or sentiment are older than their stale-after settings. */
  STALE_FEATURES,
  /** Memory is short: neural models were left out, and no drivers are exact. */
  LOAD_SHED;

  @Override
  public String wire() {
    return name();
  }
}
