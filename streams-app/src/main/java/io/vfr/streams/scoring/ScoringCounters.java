package io.vfr.streams.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vfr.schemas.ModelStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the scoring stage counts. */
public final class ScoringCounters {
  private final MeterRegistry registry;
  private final DistributionSummary batchRows;
  private final Timer batchTime;
  private final Map<String, Map<ModelStatus, Counter>> models = new ConcurrentHashMap<>();
  private final Map<String, Newest> weights = new ConcurrentHashMap<>();

  /** A value that several tasks set. */
  private static final class Newest {
    private volatile double value;
  }

  /** Registers the meters. */
  public ScoringCounters(MeterRegistry registry) {
    this.registry = registry;
    batchRows =
        DistributionSummary.builder("vfr.scoring.batch.rows")
            .description("Rows scored together")
            .register(registry);
    batchTime =
        Timer.builder("vfr.scoring.batch")
            .description("Time to score one batch with all models and combine their answers")
            // The longest of the last ten seconds is what SLOW_PREDICTION looks at.
            .distributionStatisticExpiry(Duration.ofSeconds(10))
            .distributionStatisticBufferLength(2)
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500))
            .register(registry);
  }

  /** One batch was scored. Equation: sum of rows = predictions. */
  void batch(int rows, long nanos) {
    batchRows.record(rows);
    batchTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The ensemble has weighed a model so, 0..1. Equation: the weights of a prediction sum to 1. */
  void weight(String id, double weight) {
    weights.computeIfAbsent(id, this::weightGauge).value = weight;
  }

  private Newest weightGauge(String id) {
    Newest newest = new Newest();
    Gauge.builder("vfr.model.weight", newest, each -> each.value)
        .description("Weight of the model in the newest prediction of this instance, 0..1")
        .tag("model", id)
        .register(registry);
    return newest;
  }

  /**
   * One model has answered one row. Equation, per model: ok + failed + skipped + shadow =
   * predictions since it was loaded.
   */
  void model(String id, ModelStatus status) {
    models
        .computeIfAbsent(id, i -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            status, s -> registry.counter("vfr.model.rows", "model", id, "status", s.wire()))
        .increment();
  }
}
