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
  private final Map<String, OfModel> models = new ConcurrentHashMap<>();

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

  /** What is counted of one model, by all tasks together. */
  OfModel ofModel(String id) {
    return models.computeIfAbsent(id, OfModel::new);
  }

  /** What is counted of one model; meters are registered with their first use. */
  final class OfModel {
    private final String id;
    private final Map<ModelStatus, Counter> rows = new ConcurrentHashMap<>();
    private volatile double weight;
    private volatile boolean weighed;

    private OfModel(String id) {
      this.id = id;
    }

    /**
     * The ensemble has weighed the model so, 0..1. Equation: the weights of a prediction sum to 1.
     */
    void weight(double newest) {
      // Written only if it has changed: the stream threads share it.
      if (weight != newest) {
        weight = newest;
      }
      if (!weighed) {
        weighed = true;
        Gauge.builder("vfr.model.weight", this, each -> each.weight)
            .description("Weight of the model in the newest prediction of this instance, 0..1")
            .tag("model", id)
            .register(registry);
      }
    }

    /**
     * The model has answered one row. Equation, per model: ok + failed + skipped + shadow =
     * predictions since it was loaded.
     */
    void row(ModelStatus status) {
      rows.computeIfAbsent(status, this::counter).increment();
    }

    private Counter counter(ModelStatus status) {
      return registry.counter("vfr.model.rows", "model", id, "status", status.wire());
    }
  }
}
