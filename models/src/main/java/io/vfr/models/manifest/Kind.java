package io.vfr.models.manifest;

/** What the ensemble uses a model's output for. */
public enum Kind implements JsonName {
  /** A return forecast: probabilities follow from its calibration. */
  RETURN,
  /** Class probabilities of the direction. */
  DIRECTION,
  /** A volatility forecast: the scale of the others' intervals. */
  VOLATILITY,
  /** A model over the other models' outputs. */
  META
}
