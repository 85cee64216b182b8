package io.vfr.streams.ops.backtest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.manifest.Manifest;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.HttpConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.Application;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import io.vfr.streams.ops.broker.GroupAdmin;
import io.vfr.streams.ops.export.ExportProgress;
import io.vfr.streams.ops.replay.CsvKind;
import io.vfr.streams.ops.replay.Replay;
import io.vfr.streams.ops.replay.ReplayResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A whole instance over a broker of its own in this process, which is given CSV files. */
final class BacktestRun implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

  /** Side inputs come first and all of them: a feature that lacked one would be a wrong one. */
  private static final Duration SIDE_INPUTS_TIMEOUT = Duration.ofMinutes(30);

  private static final String LOOPBACK = "127.0.0.1";
  private static final long CONSUMED_CHECK_NANOS = Duration.ofMillis(500).toNanos();

  private final ExportProgress progress;
  private final BooleanSupplier stop;
  private final EmbeddedKafka kafka;
  private final AppConfig config;
  private final Map<String, Long> sent = new LinkedHashMap<>();
  private long accepted;
  private long deadLettered;
  private double seconds;

  /**
   * Starts the broker.
   *
   * @param base the configuration; its brokers, its state directory, its HTTP address and its
   *     {@code kafka.…} properties, which are for other brokers, do not count
   * @param directory where broker and state live; the caller removes it
   * @param stop asked now and then whether to give up
   */
  BacktestRun(AppConfig base, Path directory, ExportProgress progress, BooleanSupplier stop) {
    this.progress = progress;
    this.stop = stop;
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(directory.resolve("broker")));
    config =
        base.overOwnBroker(
            kafka.bootstrapServers(),
            directory.resolve("state"),
            new HttpConfig(LOOPBACK, 0, Optional.empty(), Optional.empty()));
  }

  /**
   * Sends the files and reads every output.
   *
   * @param partitions of the topics
   */
  Outputs run(Map<CsvKind, Path> files, int partitions, Window window) throws InterruptedException {
    TopicSetup.createMissing(config, partitions, line -> {}, stop);
    try (Application application = Application.start(config, InstantSource.system())) {
      if (!application.awaitRunning(START_TIMEOUT)) {
        throw new BacktestException(
            "the application did not start within " + START_TIMEOUT + "; see the log above");
      }
      List<Manifest> manifests = application.manifests();
      DriftCounts drift = DriftCounts.of(manifests);
      try (OutputReader reader = new OutputReader(config, window, drift)) {
        long started = System.nanoTime();
        replay(files);
        readAll(application, reader);
        seconds = (System.nanoTime() - started) / 1e9;
        accepted = count(application.meters(), "vfr.records.accepted", Topics.PRICES.name());
        deadLettered = count(application.meters(), "vfr.records.dead.lettered", null);
        return new Outputs(reader, manifests, drift);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param reader closed, with all that it read
   */
  record Outputs(OutputReader reader, List<Manifest> manifests, DriftCounts drift) {
    Outputs {
      manifests = List.copyOf(manifests);
    }
  }

  private void replay(Map<CsvKind, Path> files) {
    Replay.Request request =
        new Replay.Request(files, OptionalDouble.empty(), Optional.empty(), SIDE_INPUTS_TIMEOUT);
    ReplayResult result = Replay.run(config, request, progress);
    if (result.failed() > 0) {
      throw new BacktestException(
          result.failed() + " input rows were not taken by the broker; see the first one above");
    }
    if (files.size() > 1 && result.application() != ReplayResult.Application.CAUGHT_UP) {
      throw new BacktestException(
          "the application has not taken the side inputs within " + SIDE_INPUTS_TIMEOUT);
    }
    result.topics().forEach((topic, count) -> sent.put(topic, count.rows()));
  }

  /** Reads until the application has committed every price and all of its outputs are read. */
  private void readAll(Application application, OutputReader reader) {
    progress.beginPhase("scoring", sent.getOrDefault(Topics.PRICES.name(), 0L));
    try (GroupAdmin groups = GroupAdmin.connect(KafkaProperties.admin(config))) {
      long checked = System.nanoTime();
      Map<TopicPartition, Long> ends = null;
      while (ends == null || !reader.reached(ends)) {
        reader.poll();
        progress.advancePhase(reader.predictions());
        if (!application.isAlive()) {
          throw new BacktestException("the application ended early; see the log above");
        }
        if (stop.getAsBoolean()) {
          throw new BacktestException("stopped before it was done");
        }
        if (ends == null && System.nanoTime() - checked > CONSUMED_CHECK_NANOS) {
          boolean consumed =
              groups.awaitConsumed(
                  config.applicationId(), List.of(Topics.PRICES.name()), Duration.ZERO);
          ends = consumed ? reader.ends() : null;
          checked = System.nanoTime();
        }
      }
    }
    progress.endPhase(reader.predictions());
  }

  private static long count(MeterRegistry meters, String name, @Nullable String topic) {
    var found = meters.find(name);
    return (long)
        (topic == null ? found : found.tag("topic", topic))
            .counters().stream().mapToDouble(Counter::count).sum();
  }

  /** The configuration of the run, with its brokers. */
  AppConfig config() {
    return config;
  }

  /** Rows sent, by topic. */
  Map<String, Long> sent() {
    return sent;
  }

  /** Price records that the application took; each is to give one prediction. */
  long accepted() {
    return accepted;
  }

  /** Input records of all kinds that were refused. */
  long deadLettered() {
    return deadLettered;
  }

  /** From the first row sent to the last output read. */
  double seconds() {
    return seconds;
  }

  @Override
  public void close() {
    kafka.close();
  }
}
