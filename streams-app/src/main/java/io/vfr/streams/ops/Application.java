package io.vfr.streams.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.manifest.Manifest;
import io.vfr.streams.ScoringTopology;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.LatestPredictions;
import io.vfr.streams.features.Features;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.ops.registry.ModelStore;
import io.vfr.streams.ops.registry.RollbackExecutor;
import io.vfr.streams.ops.vitals.Vitals;
import io.vfr.streams.state.HeapPools;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One running instance: models, topology, Kafka Streams client, metrics and HTTP, started and
 * stopped in order.
 */
public final class Application implements AutoCloseable {
  private final AppConfig config;
  private final Metrics metrics;
  private final AlertPublisher alerts;
  private final ModelStore models;
  private final StandingsFollower standings;
  private final RollbackExecutor rollbacks;
  private final StreamsRunner runner;
  private final WebInterface web;
  private final Vitals vitals;

  private Application(
      AppConfig config,
      Partitioning partitioning,
      InstantSource clock,
      String instance,
      Metrics metrics,
      AlertPublisher alerts,
      ModelStore models) {
    this.config = config;
    this.metrics = metrics;
    this.alerts = alerts;
    this.models = models;
    standings = new StandingsFollower(config);
    HeapPools pools = new HeapPools(metrics.registry());
    LatestPredictions latest =
        new LatestPredictions(config.features().hotSymbols(), pools::shedding);
    rollbacks = new RollbackExecutor(config, clock, instance);
    try {
      // Before the client, which tells the others where it is.
      web =
          new WebInterface(
              config, latest, models, standings, metrics, pools::isShedding, clock, instance);
    } catch (RuntimeException e) {
      rollbacks.close();
      standings.close();
      throw e;
    }
    try {
      runner =
          new StreamsRunner(
              new ScoringTopology(
                      config,
                      partitioning,
                      models.slots(),
                      models,
                      standings,
                      latest,
                      pools,
                      rollbacks,
                      metrics.registry(),
                      clock,
                      instance)
                  .build(),
              config,
              Optional.of(web.address()));
    } catch (RuntimeException e) {
      web.close();
      rollbacks.close();
      standings.close();
      throw e;
    }
    web.show(runner);
    metrics.bind(runner.streams(), web.meters());
    vitals =
        Vitals.watch(
            config.alerts(), metrics.registry(), alerts::publish, pools::shed, clock, instance);
  }

  /**
   * Starts an instance: loads and verifies the models first, so that the first record meets warm
   * ones. Topics must exist.
   *
   * @throws IllegalStateException if a topic is missing, the inputs that are joined by partition
   *     have not all the same number, no model is usable or the HTTP address cannot be bound
   */
  public static Application start(AppConfig config, InstantSource clock)
      throws InterruptedException {
    try (Opening opening = open(config, clock)) {
      return opening.start();
    }
  }

  /**
   * Begins to start an instance: its models are loaded while the caller sees to the topics.
   *
   * @throws IllegalStateException if {@code models.dir} cannot be read
   */
  public static Opening open(AppConfig config, InstantSource clock) {
    return new Opening(config, clock);
  }

  /** An instance that is not started yet; closing it before it is ends what was begun. */
  public static final class Opening implements AutoCloseable {
    private final AppConfig config;
    private final InstantSource clock;
    private final String instance;
    private final Metrics metrics = new Metrics();
    private final AlertPublisher alerts;
    private final ModelStore.Opening opening;
    private @Nullable ModelStore models;
    private boolean started;

    private Opening(AppConfig config, InstantSource clock) {
      EarlyStart.begin();
      this.config = config;
      this.clock = clock;
      instance = config.applicationId() + "-" + UUID.randomUUID().toString().substring(0, 8);
      alerts = new AlertPublisher(config);
      try {
        opening =
            ModelStore.begin(
                config, new RegistryAlerts(alerts, clock, instance), metrics.registry());
      } catch (RuntimeException e) {
        alerts.close();
        metrics.close();
        throw e;
      }
    }

    /** Goes on as {@link Application#start} does. To be called once. */
    public Application start() throws InterruptedException {
      Partitioning partitioning = new Partitioning(TopicSetup.check(config));
      ModelStore store = opening.follow().store(inputs -> Features.slots(config, inputs));
      models = store;
      Application application =
          new Application(config, partitioning, clock, instance, metrics, alerts, store);
      started = true;
      try {
        application.standings.start();
        application.runner.start();
      } catch (RuntimeException e) {
        application.close();
        throw e;
      }
      return application;
    }

    @Override
    public void close() {
      if (started) {
        return;
      }
      opening.close();
      if (models != null) {
        models.close();
      }
      alerts.close();
      metrics.close();
    }
  }

  /** Waits until the instance serves; false if it ended or the time is up first. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return runner.awaitRunning(timeout);
  }

  /** Whether the instance serves or can still come to serve. */
  public boolean isAlive() {
    return runner.isAlive();
  }

  /** The instance's meters. */
  public MeterRegistry meters() {
    return metrics.registry();
  }

  /** The manifests of the models that are scored with now, by id and version. */
  public List<Manifest> manifests() {
    return models.get().models().stream().map(LoadedModel::manifest).toList();
  }

  /** The HTTP port that is bound. */
  public int httpPort() {
    return web.port();
  }

  /** The instance's configuration. */
  public AppConfig config() {
    return config;
  }

  @Override
  public void close() {
    vitals.close();
    web.endStreams();
    runner.close();
    rollbacks.close();
    standings.close();
    web.close();
    models.close();
    alerts.close();
    metrics.close();
  }
}
