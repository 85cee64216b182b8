package io.vfr.streams.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the steward shows: present only on the instance that has its task. */
final class StewardMeters {
  private final MeterRegistry registry;
  private final Counter read;
  private final Counter refused;
  private final Map<String, Double> hitRates = new ConcurrentHashMap<>();

  StewardMeters(MeterRegistry registry) {
    this.registry = registry;
    read = scores("read");
    refused = scores("refused");
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
      Gauge.builder("vfr.model.hit.rate", hitRates, rates -> rates.getOrDefault(model, Double.NaN))
          .description("Share of forecasts that came true, older ones counting less")
          .tag("model", model)
          .register(registry);
    }
  }
}
