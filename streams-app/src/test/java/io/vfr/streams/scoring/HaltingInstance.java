package io.vfr.streams.scoring;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.streams.ScoringTopology;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.features.Features;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.ops.StreamsRunner;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.steward.Rollbacks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An instance of one linear model that dies as by kill -9 when it is about to score a batch: its
 * rows are taken and buffered, and nothing of them is sent.
 */
final class HaltingInstance {
  /** How the process ends. */
  static final int EXIT_CODE = 137;

  private HaltingInstance() {}

  /**
   * Runs until it halts.
   *
   * @param args directory for the model, number of the batch at which to halt or 0 for never, then
   *     settings as {@code key=value}
   */
  public static void main(String[] args) throws InterruptedException {
    ModelSet models =
        ModelSet.ofChampions(
            List.of(
                new LinearModels(Path.of(args[0])).returns("line", "1.0.0", "momentum_1d", 0.5)));
    int haltAt = Integer.parseInt(args[1]);
    AppConfig config =
        ConfigLoader.load(
                ConfigLoader.Sources.ofArguments(
                    List.of(args).subList(2, args.length).toArray(String[]::new)))
            .config();
    AtomicInteger batches = new AtomicInteger();
    // Asked at the beginning of every batch and nowhere else.
    Supplier<Standings> standings =
        () -> {
          if (batches.incrementAndGet() == haltAt) {
            Runtime.getRuntime().halt(EXIT_CODE);
          }
          return Standings.NONE;
        };
    ScoringTopology topology =
        new ScoringTopology(
            config,
            new Partitioning(BatchCrashIT.PARTITIONS),
            Features.slots(config, List.of()),
            () -> models,
            standings,
            new LatestPredictions(100, () -> 0),
            new HeapPools(new SimpleMeterRegistry()),
            Rollbacks.NONE,
            new SimpleMeterRegistry(),
            InstantSource.system(),
            "halting");
    try (StreamsRunner runner = new StreamsRunner(topology.build(), config)) {
      runner.start();
      Thread.currentThread().join();
    }
  }
}
