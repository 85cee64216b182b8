package io.vfr.streams.emit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Prediction;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the emit stage counts. */
public final class EmitCounters {
  private final MeterRegistry registry;
  private final Counter full;
  private final Counter degraded;
  private final Timer latency;
  private final Map<Told, Counter> alerts = new ConcurrentHashMap<>();

  /** What alerts are counted by. */
  private record Told(AlertType type, AlertState state) {}

  /** Registers the meters. */
  public EmitCounters(MeterRegistry registry) {
    this.registry = registry;
    full = predictions("false");
    degraded = predictions("true");
    latency =
        Timer.builder("vfr.prediction.latency")
            .description("From the broker's append of the price record to the emission")
            .publishPercentiles(0.5, 0.95, 0.99)
            // Percentiles of the last half minute: HIGH_LATENCY looks at them.
            .distributionStatisticExpiry(Duration.ofSeconds(30))
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

  private Counter predictions(String isDegraded) {
    return Counter.builder("vfr.predictions")
        .description("Predictions emitted")
        .tag("degraded", isDegraded)
        .register(registry);
  }

  /**
   * One prediction was emitted. Equation: accepted price records = predictions, degraded or not.
   */
  void predicted(Prediction prediction) {
    (prediction.degraded() ? degraded : full).increment();
    latency.record(prediction.latencyMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * One alert was emitted. Equation, per type but SIGNAL_FLIP: raised − cleared = conditions that
   * hold now. A flip is an event, which is raised and never cleared. Equal only since the instance
   * started and for the partitions it has had since: a condition may be cleared by another instance
   * than the one that raised it.
   */
  void alerted(Alert alert) {
    alerts.computeIfAbsent(new Told(alert.type(), alert.state()), this::alerts).increment();
  }

  private Counter alerts(Told told) {
    return registry.counter("vfr.alerts", "type", told.type.wire(), "state", told.state.wire());
  }
}
