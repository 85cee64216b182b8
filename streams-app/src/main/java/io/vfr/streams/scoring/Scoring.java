package io.vfr.streams.scoring;

import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.Features;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/** Adds the scoring stage to the topology: one processor with the batch of its task. */
public final class Scoring {
  /** Name of the processor that later stages attach to. */
  public static final String PROCESSOR = "scoring";

  static final String BATCH = "scoring-batch";

  private Scoring() {}

  /**
   * Adds the stage behind features.
   *
   * @param models the models to score with, read anew for every batch
   */
  public static void add(
      Topology topology,
      AppConfig config,
      FeatureSlots slots,
      Supplier<ModelSet> models,
      ScoringCounters counters) {
    topology.addProcessor(
        PROCESSOR,
        () ->
            new ScoringProcessor(
                config.scoring(),
                new Ensembles(config.scoring(), config.bars().interval(), slots, models, counters)),
        Features.PROCESSOR);
    topology.addStateStore(CommitBarrier.builder(BATCH), PROCESSOR);
  }
}
