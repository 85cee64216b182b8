package io.vfr.models.registry;

/** What a model of a set is there for. */
public enum ModelRole {
  /** Scores every row and has a weight. */
  CHAMPION,
  /** Scores every row and is reported and evaluated, with weight 0. */
  SHADOW,
  /** Scores the rows in which the model that names it as its fallback failed. */
  FALLBACK
}
