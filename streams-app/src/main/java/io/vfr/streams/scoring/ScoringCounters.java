package io.vfr.streams.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.schemas.ModelStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the scoring stage counts. */
public final class ScoringCounters {
  private final MeterRegistry registry;
  private final DistributionSummary batchRows;
  private final Map<String, Map<ModelStatus, Counter>> models = new ConcurrentHashMap<>();

  /** Registers the meters. */
  public ScoringCounters(MeterRegistry registry) {
    this.registry = registry;
    batchRows =
        DistributionSummary.builder("vfr.scoring.batch.rows")
            .description("Rows scored together")
            .register(registry);
  }

  /** One batch was scored. Equation: sum of rows = predictions. */
  void batch(int rows) {
    batchRows.record(rows);
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
