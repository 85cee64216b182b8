package io.vfr.streams.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** What is counted of predictions that meet their horizon. */
public final class OutcomeCounters {
  private final Counter predictions;
  private final Counter inside;
  private final Counter outside;
  private final Counter unstated;

  /** Registers the meters. */
  public OutcomeCounters(MeterRegistry registry) {
    predictions =
        Counter.builder("vfr.outcomes.expected")
            .description("Predictions whose return will be known")
            .register(registry);
    inside = outcomes(registry, "inside");
    outside = outcomes(registry, "outside");
    unstated = outcomes(registry, "none");
  }

  private static Counter outcomes(MeterRegistry registry, String interval) {
    return Counter.builder("vfr.outcomes")
        .description("Predictions that met their horizon, by where the return fell")
        .tag("interval", interval)
        .register(registry);
  }

  /**
   * A prediction was made that will have an outcome. Equation: expected = outcomes + those that
   * wait; predictions = expected + those without a price to measure from.
   */
  void predicted() {
    predictions.increment();
  }

  /**
   * A prediction met its horizon. Equation: live coverage = inside / (inside + outside).
   *
   * @param isInside whether the return fell into the interval; null if none was stated
   */
  void met(@Nullable Boolean isInside) {
    (isInside == null ? unstated : isInside ? inside : outside).increment();
  }
}
