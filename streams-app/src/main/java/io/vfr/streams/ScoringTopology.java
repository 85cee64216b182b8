package io.vfr.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.Emit;
import io.vfr.streams.emit.EmitCounters;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.emit.ModelAlerts;
import io.vfr.streams.features.Features;
import io.vfr.streams.features.FeaturesCounters;
import io.vfr.streams.ingest.Ingest;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.scoring.Scoring;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.steward.Rollbacks;
import io.vfr.streams.steward.Steward;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/**
 * The table of contents: ingest, features, scoring, emit, the steward and the watch over the inputs
 * beside them. It builds and knows nothing of running.
 *
 * @param partitioning where keys belong among the partitions of the inputs
 * @param slots the slots of all features, shared by the stages and the models
 * @param models the models to score with, read anew for every batch
 * @param standings what outcomes have shown of the models, read anew for every batch
 * @param latest shows the predictions that consumers can see
 * @param pools where state is held on the heap
 * @param rollbacks who rolls models back that disappoint
 * @param meters where the stages count
 * @param clock what time it is
 * @param instance name of this instance in alerts
 */
public record ScoringTopology(
    AppConfig config,
    Partitioning partitioning,
    FeatureSlots slots,
    Supplier<ModelSet> models,
    Supplier<Standings> standings,
    LatestPredictions latest,
    HeapPools pools,
    Rollbacks rollbacks,
    MeterRegistry meters,
    InstantSource clock,
    String instance) {

  /** Builds the topology. */
  public Topology build() {
    Topology topology = new Topology();
    addFeatures(topology);
    Scoring.add(topology, config, slots, models, standings, pools, meters);
    Emit.add(
        topology,
        config,
        slots,
        new ModelAlerts(instance),
        latest,
        pools,
        new EmitCounters(meters),
        clock,
        instance);
    Steward.add(topology, config, models, rollbacks, meters, instance);
    // Last, so that the tasks before it keep their numbers.
    Ingest.addWatch(topology, config, clock, instance);
    return topology;
  }

  /** Builds its first two stages alone, ingest and features: for those who want vectors only. */
  public Topology buildFeatures() {
    Topology topology = new Topology();
    addFeatures(topology);
    Features.end(topology);
    return topology;
  }

  private void addFeatures(Topology topology) {
    Ingest.add(topology, config, partitioning, meters, clock);
    Features.add(
        topology,
        config,
        slots,
        pools,
        new FeaturesCounters(meters),
        () -> models.get().sequences());
  }
}
