package io.vfr.streams.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vfr.schemas.AttributionMethod;
import java.util.concurrent.TimeUnit;

/** What exact explanations cost, and how their models were attributed. */
public final class ExplanationCounters {
  private static final ExplanationUse[] USES = ExplanationUse.values();
  private static final AttributionMethod[] METHODS = AttributionMethod.values();

  private final Timer[] times = new Timer[USES.length];
  private final Counter[][] models = new Counter[USES.length][METHODS.length];

  /** Registers the meters. */
  public ExplanationCounters(MeterRegistry registry) {
    for (ExplanationUse use : USES) {
      times[use.ordinal()] =
          Timer.builder("vfr.explanation")
              .description("Time that exact drivers of one prediction take")
              .tag("use", use.tag())
              .publishPercentiles(0.5, 0.99)
              .register(registry);
      for (AttributionMethod method : METHODS) {
        models[use.ordinal()][method.ordinal()] =
            registry.counter("vfr.explanation.models", "use", use.tag(), "method", method.wire());
      }
    }
  }

  /**
   * One forecast was explained. Equation: the timer's count for alerts = predictions with a
   * forecast that a rule over their symbol raised an alert for.
   */
  void explained(ExplanationUse use, long nanos) {
    times[use.ordinal()].record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * One model's share was attributed. Equation: over all methods = models with a weight in the
   * predictions explained, volatility models aside.
   */
  void attributed(ExplanationUse use, AttributionMethod method) {
    models[use.ordinal()][method.ordinal()].increment();
  }
}
