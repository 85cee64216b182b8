package io.vfr.models.schema;

/** The unit in which a feature is expressed. */
public enum FeatureUnit {
  /** The symbol's price currency: scales with the price, so a split moves it. */
  PRICE,
  /** A dimensionless fraction or return, 0.01 = one per cent. */
  FRACTION,
  /** A dimensionless ratio of like quantities, 1 = equal. */
  RATIO,
  /** A dimensionless oscillator on a scale of one hundred. */
  POINTS,
  /** Traded units a bar. */
  VOLUME_PER_BAR,
  /** 0 or 1. */
  FLAG,
  /** A sentiment score, 0..1, or a difference of two. */
  SCORE,
  /** Days of event time. */
  DAYS,
  /** Minutes of event time. */
  MINUTES,
  /** Percentage points, as yields are quoted. */
  PERCENTAGE_POINTS
}
