package io.vfr.streams.scoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * Adds the steward: a sub-topology of one task that adds up what all tasks learn of the models and
 * tells every instance.
 */
final class StewardTopology {
  static final String STEWARD = "steward";
  static final String STATE = "steward-state";
  static final String STANDINGS_CHILD = "model-standings-out";
  private static final String SOURCE = "model-scores-source";

  private StewardTopology() {}

  static void add(Topology topology, AppConfig config, MeterRegistry meters) {
    topology.addSource(
        AutoOffsetReset.earliest(),
        SOURCE,
        Serdes.String().deserializer(),
        Serdes.ByteArray().deserializer(),
        Topics.MODEL_SCORES.name());
    topology.addProcessor(
        STEWARD,
        () -> new StewardProcessor(config.bars().interval(), new StewardMeters(meters)),
        SOURCE);
    topology.addStateStore(Scoring.store(STATE), STEWARD);
    topology.addSink(
        STANDINGS_CHILD,
        Topics.MODEL_STANDINGS.name(),
        Serdes.String().serializer(),
        Topics.MODEL_STANDINGS.serializer(),
        STEWARD);
  }
}
