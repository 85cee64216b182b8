package io.vfr.models.schema;

/**
 * The input that a feature is made from; how old that input is decides whether the feature is
 * stale.
 */
public enum FeatureGroup {
  /** The symbol's bars: as fresh as the price event itself. */
  BARS,
  /** The symbol's bars together with the macro series {@code benchmark}. */
  BENCHMARK,
  /** The newest fundamentals known at event time. */
  FUNDAMENTALS,
  /** The sentiment window up to event time. */
  SENTIMENT,
  /** The newest macro values at event time. */
  MACRO
}
