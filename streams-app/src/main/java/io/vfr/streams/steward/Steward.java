package io.vfr.streams.steward;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.StateStores;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** Adds the steward to the topology: a sub-topology of one task. */
public final class Steward {
  static final String PROCESSOR = "steward";
  static final String STATE = "steward-state";
  static final String BARRIER = "steward-commit-barrier";
  static final String STANDINGS_CHILD = "model-standings-out";
  static final String ALERTS_CHILD = "steward-alerts-out";
  private static final String SCORES_SOURCE = "model-scores-source";
  private static final String MODELS_SOURCE = "models-source";

  private Steward() {}

  /**
   * Adds it.
   *
   * @param models the models of this instance, for the references that features are compared with
   * @param rollbacks who rolls a model back
   * @param instance name of this instance in alerts
   */
  public static void add(
      Topology topology,
      AppConfig config,
      Supplier<ModelSet> models,
      Rollbacks rollbacks,
      MeterRegistry meters,
      String instance) {
    // One for all processors that come and go: a gauge stays with the first that registers it.
    StewardMeters shown = new StewardMeters(meters);
    source(topology, SCORES_SOURCE, Topics.MODEL_SCORES.name());
    source(topology, MODELS_SOURCE, Topics.MODELS.name());
    topology.addProcessor(
        PROCESSOR,
        () -> new StewardProcessor(config, models, rollbacks, shown, new StewardAlerts(instance)),
        SCORES_SOURCE,
        MODELS_SOURCE);
    topology.addStateStore(StateStores.of(STATE, Serdes.String()).withCachingEnabled(), PROCESSOR);
    topology.addStateStore(CommitBarrier.builder(BARRIER), PROCESSOR);
    topology.addSink(
        STANDINGS_CHILD,
        Topics.MODEL_STANDINGS.name(),
        Serdes.String().serializer(),
        Topics.MODEL_STANDINGS.serializer(),
        PROCESSOR);
    topology.addSink(
        ALERTS_CHILD,
        Topics.ALERTS.name(),
        Serdes.String().serializer(),
        Topics.ALERTS.serializer(),
        PROCESSOR);
  }

  private static void source(Topology topology, String name, String topic) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        name,
        Serdes.String().deserializer(),
        Serdes.ByteArray().deserializer(),
        topic);
  }
}
