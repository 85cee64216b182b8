package io.vfr.streams.scoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ProcessingConfig;
import io.vfr.streams.features.Features;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.TaskState;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;

/**
 * Adds the scoring stage to the topology: one processor with the batch of its task, the predictions
 * that wait for their return, and the state of the intervals; and the sinks of outcomes and of what
 * they say of models.
 */
public final class Scoring {
  /** Name of the processor that later stages attach to. */
  public static final String PROCESSOR = "scoring";

  /** Name that the emit stage's processor must have: forecasts go there and nowhere else. */
  public static final String EMIT_CHILD = "emit";

  static final String OUTCOMES_CHILD = "outcomes-out";
  static final String SCORES_CHILD = "model-scores-out";

  private Scoring() {}

  /**
   * Adds the stage behind features.
   *
   * @param models the models to score with, read anew for every batch
   * @param standings what outcomes have shown of them, read anew for every batch
   * @param pools where state is held on the heap
   */
  public static void add(
      Topology topology,
      AppConfig config,
      FeatureSlots slots,
      Supplier<ModelSet> models,
      Supplier<Standings> standings,
      HeapPools pools,
      MeterRegistry meters) {
    ScoringCounters counters = new ScoringCounters(meters);
    ExplanationCounters explanations = new ExplanationCounters(meters);
    OutcomeCounters outcomes = new OutcomeCounters(meters);
    topology.addProcessor(
        PROCESSOR,
        () ->
            new ScoringProcessor(
                config.scoring(),
                config.processing().commitInterval(),
                config.bars().interval(),
                config.processing().mode() == ProcessingConfig.Mode.AT_LEAST_ONCE,
                pools.symbols("pending-predictions", config.features().hotSymbols()),
                new Ensembles(
                    config.scoring(),
                    config.bars().interval(),
                    slots,
                    models,
                    standings,
                    pools::isShedding,
                    counters,
                    explanations),
                new FeatureWatch(
                    slots,
                    config.bars().interval().toMillis(),
                    pools.symbols("forming-vectors", config.features().hotSymbols())),
                outcomes),
        Features.PROCESSOR);
    topology.connectProcessorAndStateStores(PROCESSOR, TaskState.NAME, CommitBarrier.NAME);
    topology.addSink(
        OUTCOMES_CHILD,
        Topics.OUTCOMES.name(),
        Serdes.String().serializer(),
        Topics.OUTCOMES.serializer(),
        PROCESSOR);
    topology.addSink(
        SCORES_CHILD,
        Topics.MODEL_SCORES.name(),
        Serdes.String().serializer(),
        Topics.MODEL_SCORES.serializer(),
        PROCESSOR);
  }
}
