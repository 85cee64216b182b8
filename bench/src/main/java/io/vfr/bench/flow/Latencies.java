package io.vfr.bench.flow;

import org.HdrHistogram.Histogram;

/**
 * What is said of measured times; milliseconds.
 *
 * @param records how many were measured
 */
record Latencies(
    long records,
    double meanMillis,
    double p50Millis,
    double p95Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis) {
  /**
   * Of measured times.
   *
   * @param micros microseconds
   */
  static Latencies of(Histogram micros) {
    return new Latencies(
        micros.getTotalCount(),
        micros.getMean() / 1e3,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(95) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }
}
