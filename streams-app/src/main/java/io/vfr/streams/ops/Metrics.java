package io.vfr.streams.ops;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vfr.streams.ops.figures.StreamsMeters;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** The meters of one instance, in Prometheus' format. */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private @Nullable KafkaStreamsMetrics kafka;
  private @Nullable StreamsMeters streams;

  /** Creates the registry with the JVM's meters. */
  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /** Where the flow's stages register their meters. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Adds Kafka's own meters. */
  void bind(KafkaStreams streams, StreamsMeters ours) {
    this.streams = ours;
    kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
  }

  /** Everything in Prometheus' text format. */
  String scrape() {
    if (streams != null) {
      streams.refresh();
    }
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    if (kafka != null) {
      kafka.close();
    }
    registry.close();
  }
}
