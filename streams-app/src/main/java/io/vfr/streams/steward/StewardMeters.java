package io.vfr.streams.steward;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the steward shows: present only on the instance that has its task. */
final class StewardMeters {
  private final MeterRegistry registry;
  private final Counter read;
  private final Counter refused;
  private final Map<String, Double> hitRates = new ConcurrentHashMap<>();
  private final Map<String, Double> evidence = new ConcurrentHashMap<>();
  private final Map<String, Double> drift = new ConcurrentHashMap<>();
  private volatile double coverage = Double.NaN;

  StewardMeters(MeterRegistry registry) {
    this.registry = registry;
    read = scores("read");
    refused = scores("refused");
    Gauge.builder("vfr.interval.coverage", this, meters -> meters.coverage)
        .description("Share of returns inside their interval, older ones counting less")
        .register(registry);
  }

  private Counter scores(String outcome) {
    return Counter.builder("vfr.model.scores")
        .description("Records of vfr.model-scores that the steward has met")
        .tag("outcome", outcome)
        .register(registry);
  }

  /** A record was added up. Equation: records of vfr.model-scores = read + refused. */
  void read() {
    read.increment();
  }

  /** A record was none. Equation: as for {@link #read()}. */
  void refused() {
    refused.increment();
  }

  /** Shows the share of a model's forecasts that came true, older ones counting less. */
  void hitRate(String model, double rate) {
    if (hitRates.put(model, rate) == null) {
      gauge(
          "vfr.model.hit.rate",
          "Share of forecasts that came true, older ones counting less",
          hitRates,
          model,
          Tags.of("model", model));
    }
  }

  /** Shows the evidence that a promoted model does worse than its predecessor. */
  void evidence(String model, double value) {
    if (evidence.put(model, value) == null) {
      gauge(
          "vfr.model.probation.evidence",
          "E-value against a promoted model: 1 is none, 1 / models.rollback-level rolls it back",
          evidence,
          model,
          Tags.of("model", model));
    }
  }

  /** Shows how far a feature is from what a model learnt from. */
  void drift(String model, String feature, double index) {
    String key = model + " " + feature;
    if (drift.put(key, index) == null) {
      gauge(
          "vfr.feature.drift",
          "Population stability index of a feature against a model's training",
          drift,
          key,
          Tags.of("model", model, "feature", feature));
    }
  }

  /** Shows the live coverage of the intervals, 0..1. */
  void coverage(double value) {
    coverage = value;
  }

  private void gauge(
      String name, String description, Map<String, Double> values, String key, Tags tags) {
    Gauge.builder(name, values, all -> all.getOrDefault(key, Double.NaN))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /** The task is another instance's now: what is shown here would only grow old. */
  void leave() {
    hitRates.replaceAll((model, rate) -> Double.NaN);
    evidence.replaceAll((model, value) -> Double.NaN);
    drift.replaceAll((key, value) -> Double.NaN);
    coverage = Double.NaN;
  }
}
