package io.vfr.streams.ops.export;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.Topics;
import io.vfr.streams.ScoringTopology;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.features.Features;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.ops.StreamsRunner;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.broker.GroupAdmin;
import io.vfr.streams.ops.replay.CsvKind;
import io.vfr.streams.ops.replay.Replay;
import io.vfr.streams.ops.replay.ReplayResult;
import io.vfr.streams.scoring.Standings;
import io.vfr.streams.state.HeapPools;
import io.vfr.streams.steward.Rollbacks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * The production topology without scoring, over a broker of its own in this process: takes CSV
 * files and leaves their feature vectors on {@code vfr.features}.
 */
final class FeatureRun implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

  /** Side inputs come first and all of them: a feature that lacked one would be a wrong one. */
  private static final Duration SIDE_INPUTS_TIMEOUT = Duration.ofMinutes(30);

  private static final Duration POLL = Duration.ofMillis(250);

  private final AppConfig config;
  private final ExportProgress progress;
  private final BooleanSupplier stop;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final EmbeddedKafka kafka;
  private long prices;

  /**
   * Starts the broker.
   *
   * @param base the configuration; its brokers, its state directory and its {@code kafka.…}
   *     properties, which are for other brokers, do not count
   * @param directory where broker and state live; the caller removes it
   * @param stop asked now and then whether to give up
   */
  FeatureRun(AppConfig base, Path directory, ExportProgress progress, BooleanSupplier stop) {
    this.progress = progress;
    this.stop = stop;
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("broker")));
    config = base.overOwnBroker(kafka.bootstrapServers(), directory.resolve("state"), base.http());
  }

  /** The configuration of the run, with its brokers. */
  AppConfig config() {
    return config;
  }

  /** Price records sent. */
  long prices() {
    return prices;
  }

  /** Input records that were refused. */
  long deadLettered() {
    return (long)
        meters.find("vfr.records.dead.lettered").counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  /** Sends the files and returns when every vector is committed. */
  void run(Map<CsvKind, Path> files) throws InterruptedException {
    TopicSetup.createMissing(config, PARTITIONS, line -> {}, stop);
    ScoringTopology topology =
        new ScoringTopology(
            config,
            new Partitioning(PARTITIONS),
            Features.slots(config, List.of()),
            () -> ModelSet.ofChampions(List.of()),
            () -> Standings.NONE,
            new LatestPredictions(1, () -> 0),
            new HeapPools(meters),
            Rollbacks.NONE,
            meters,
            InstantSource.system(),
            "export");
    try (StreamsRunner runner = new StreamsRunner(topology.buildFeatures(), config)) {
      runner.start();
      if (!runner.awaitRunning(START_TIMEOUT)) {
        throw new ExportException(
            "the features stage did not start within " + START_TIMEOUT + "; see the log above");
      }
      replay(files);
      awaitVectors(runner);
    }
  }

  private void replay(Map<CsvKind, Path> files) {
    Replay.Request request =
        new Replay.Request(files, OptionalDouble.empty(), Optional.empty(), SIDE_INPUTS_TIMEOUT);
    ReplayResult result = Replay.run(config, request, progress);
    if (result.failed() > 0) {
      throw new ExportException(
          result.failed() + " input rows were not taken by the broker; see the first one above");
    }
    if (files.size() > 1 && result.application() != ReplayResult.Application.CAUGHT_UP) {
      throw new ExportException(
          "the features stage has not taken the side inputs within " + SIDE_INPUTS_TIMEOUT);
    }
    ReplayResult.Count count = result.topics().get(Topics.PRICES.name());
    prices = count == null ? 0 : count.rows();
  }

  private void awaitVectors(StreamsRunner runner) {
    progress.beginPhase("computing features", prices);
    try (GroupAdmin groups = GroupAdmin.connect(KafkaProperties.admin(config))) {
      while (!groups.awaitConsumed(config.applicationId(), List.of(Topics.PRICES.name()), POLL)) {
        if (!runner.isAlive()) {
          throw new ExportException("the features stage ended early; see the log above");
        }
        if (stop.getAsBoolean()) {
          throw new ExportException("stopped before it was done");
        }
        progress.advancePhase(vectors());
      }
    }
    progress.endPhase(vectors());
  }

  private long vectors() {
    Timer updates = meters.find("vfr.features.update").timer();
    return updates == null ? 0 : updates.count();
  }

  @Override
  public void close() {
    kafka.close();
    meters.close();
  }
}
