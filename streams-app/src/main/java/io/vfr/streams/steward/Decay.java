package io.vfr.streams.steward;

/**
 * How much of what was counted is left after a time: half after a number of bars.
 *
 * @param halfLifeBars bars after which something counts half
 */
record Decay(long intervalMillis, double halfLifeBars) {
  /** The share that is left, 0..1. */
  double retained(long ageMillis) {
    return Math.pow(0.5, (double) ageMillis / intervalMillis / halfLifeBars);
  }
}
