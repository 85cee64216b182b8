package io.vfr.streams.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.schemas.RejectCode;

/**
 * What becomes of the records of one input topic. Equation: records in = accepted + dead-lettered +
 * rerouted. Instances for the same topic and registry share their counts.
 */
public final class IngestCounters {
  private final MeterRegistry registry;
  private final String topic;
  private final Counter in;
  private final Counter accepted;
  private final Counter rerouted;

  /** Registers the meters of a topic. */
  public IngestCounters(MeterRegistry registry, String topic) {
    this.registry = registry;
    this.topic = topic;
    in =
        Counter.builder("vfr.records.in")
            .description("Input records read")
            .tag("topic", topic)
            .register(registry);
    accepted =
        Counter.builder("vfr.records.accepted")
            .description("Input records that became state or a prediction")
            .tag("topic", topic)
            .register(registry);
    rerouted =
        Counter.builder("vfr.records.rerouted")
            .description("Input records sent on to the partition of their key")
            .tag("topic", topic)
            .register(registry);
  }

  /** One record was read. The left side of the equation. */
  void read() {
    in.increment();
  }

  /** One record was accepted. */
  public void accepted() {
    accepted.increment();
  }

  /** One record was sent on to the partition of its key, by {@code vfr.rerouted}. */
  void rerouted() {
    rerouted.increment();
  }

  /** One record was dead-lettered. */
  public void deadLettered(RejectCode code) {
    registry.counter("vfr.records.dead.lettered", "topic", topic, "code", code.name()).increment();
  }
}
