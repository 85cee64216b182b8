package io.vfr.streams.features;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the features stage counts. */
public final class FeaturesCounters {
  private final Timer updates;
  private final Counter prices;
  private final Counter shadowedNames;
  private final Counter droppedNames;
  private final Counter unconfiguredSources;

  /** Registers the meters. */
  public FeaturesCounters(MeterRegistry registry) {
    updates =
        Timer.builder("vfr.features.update")
            .description("Time to apply one price event and compute its vector")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofMillis(1000))
            .register(registry);
    prices =
        Counter.builder("vfr.prices.accepted")
            .description("Accepted price records, whether they came straight or were sent on")
            .register(registry);
    shadowedNames =
        Counter.builder("vfr.features.shadowed.names")
            .description("Input values ignored because a computed feature has their name")
            .register(registry);
    droppedNames =
        Counter.builder("vfr.features.dropped.names")
            .description("Input values that became no feature because all open names are taken")
            .register(registry);
    unconfiguredSources =
        Counter.builder("vfr.features.unconfigured.sources")
            .description("Accepted sentiment records whose source is not in sentiment.sources")
            .register(registry);
  }

  /**
   * One price record was accepted. Equation: accepted prices = predictions (of which degraded), and
   * = those of {@code vfr.prices} + those among the accepted records of {@code vfr.rerouted}.
   */
  void priceAccepted() {
    prices.increment();
  }

  /** One vector was computed. Equation: updates = accepted price records. */
  void updated(long nanos) {
    updates.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** An input value was ignored because a computed feature has its name. Part of no equation. */
  void shadowedName() {
    shadowedNames.increment();
  }

  /** An input value became no feature because all open names are taken. Part of no equation. */
  void droppedName() {
    droppedNames.increment();
  }

  /** A sentiment record became no feature. Equation: at most the accepted sentiment records. */
  void unconfiguredSource() {
    unconfiguredSources.increment();
  }
}
