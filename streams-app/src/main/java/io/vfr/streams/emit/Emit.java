package io.vfr.streams.emit;

import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.scoring.Scoring;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.TaskState;
import java.time.InstantSource;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/**
 * Adds the emit stage to the topology: one processor over the alert memory, and the sinks of
 * predictions and alerts.
 */
public final class Emit {
  static final String PROCESSOR = Scoring.EMIT_CHILD;
  static final String PREDICTIONS_CHILD = "predictions-out";
  static final String ALERTS_CHILD = "alerts-out";

  private Emit() {}

  /**
   * Adds the stage behind scoring.
   *
   * @param latest shows what consumers can see of it
   * @param pools where state is held on the heap
   */
  public static void add(
      Topology topology,
      AppConfig config,
      FeatureSlots slots,
      ModelAlerts modelAlerts,
      LatestPredictions latest,
      HeapPools pools,
      EmitCounters counters,
      InstantSource clock,
      String instance) {
    topology.addProcessor(
        PROCESSOR,
        () ->
            new EmitProcessor(config, slots, modelAlerts, latest, pools, counters, clock, instance),
        Scoring.PROCESSOR);
    topology.connectProcessorAndStateStores(PROCESSOR, TaskState.NAME, CommitBarrier.NAME);
    topology.addSink(
        PREDICTIONS_CHILD,
        Topics.PREDICTIONS.name(),
        Serdes.String().serializer(),
        Serdes.ByteArray().serializer(),
        PROCESSOR);
    topology.addSink(
        ALERTS_CHILD,
        Topics.ALERTS.name(),
        Serdes.String().serializer(),
        Topics.ALERTS.serializer(),
        PROCESSOR);
  }
}
