package io.vfr.streams.features;

import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.SentimentConfig;
import io.vfr.streams.ingest.DeadLetters;
import io.vfr.streams.ingest.Ingest;
import io.vfr.streams.state.CommitBarrier;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.state.StateStores;
import io.vfr.streams.state.TaskState;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/** Adds the features stage to the topology: one processor, and the state of its task. */
public final class Features {
  /** Name of the processor that later stages attach to. */
  public static final String PROCESSOR = "features";

  static final String STAGE = "features";
  static final String SCORING_CHILD = "scoring";
  static final String LATE_CHILD = "late-dead-letters";
  static final String PUBLISH_CHILD = "features-out";

  private Features() {}

  /**
   * The slots of all features of an instance. Names that must not depend on what data arrives first
   * have theirs from the start and beyond the cap: the configured sentiment sources and what the
   * models ask for.
   */
  public static FeatureSlots slots(AppConfig config, Collection<String> modelInputs) {
    Set<String> fixed = new LinkedHashSet<>(sentimentNames(config.sentiment()));
    fixed.addAll(modelInputs);
    FeatureSlots slots =
        new FeatureSlots(FeatureSchema.current(), fixed.size() + config.features().openNamesMax());
    fixed.forEach(slots::intern);
    return slots;
  }

  /** The names of the features that come from the configured sentiment sources, in their order. */
  public static Set<String> sentimentNames(SentimentConfig config) {
    Set<String> names = new LinkedHashSet<>();
    config.sources().keySet().forEach(source -> names.addAll(SentimentBook.featureNames(source)));
    return names;
  }

  /**
   * Adds the stage behind the main ingest processors.
   *
   * @param pools where state is held on the heap
   * @param sequences the sequences that vectors are to carry; asked for every record, so it must
   *     cost next to nothing
   */
  public static void add(
      Topology topology,
      AppConfig config,
      FeatureSlots slots,
      HeapPools pools,
      FeaturesCounters counters,
      Supplier<SequencePlan> sequences) {
    OpenNames open = new OpenNames(FeatureSchema.current(), config.sentiment(), counters);
    topology.addProcessor(
        PROCESSOR,
        () -> new FeaturesProcessor(config, slots, open, pools, counters, sequences),
        Ingest.processors());
    topology.addStateStore(StateStores.ofBytes(TaskState.NAME), PROCESSOR);
    topology.addStateStore(CommitBarrier.builder(), PROCESSOR);
    DeadLetters.addSink(topology, LATE_CHILD, PROCESSOR);
    if (config.features().emit()) {
      topology.addSink(
          PUBLISH_CHILD,
          Topics.FEATURES.name(),
          Serdes.String().serializer(),
          Topics.FEATURES.serializer(),
          PROCESSOR);
    }
  }

  /** Ends the topology behind this stage: vectors are published, if at all, and not scored. */
  public static void end(Topology topology) {
    topology.addProcessor(SCORING_CHILD, Unscored::new, PROCESSOR);
  }

  /** Takes the vectors that nobody scores. */
  static final class Unscored implements Processor<String, FeatureVector, Void, Void> {
    @Override
    public void process(Record<String, FeatureVector> record) {}
  }
}
