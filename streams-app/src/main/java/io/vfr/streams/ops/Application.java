package io.vfr.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.registry.Rejection;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.ScoringTopology;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.features.Features;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance: models, topology, Kafka Streams client, metrics and HTTP, started and
 * stopped in order.
 */
public final class Application implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  private final AppConfig config;
  private final InstantSource clock;
  private final String instance;
  private final Metrics metrics;
  private final ModelStore models;
  private final AlertPublisher alerts;
  private final StandingsFollower standings;
  private final StreamsRunner runner;
  private final HttpServer http;

  private Application(AppConfig config, InstantSource clock, ModelStore models) {
    this.config = config;
    this.clock = clock;
    this.models = models;
    instance = config.applicationId() + "-" + UUID.randomUUID().toString().substring(0, 8);
    metrics = new Metrics();
    FeatureSlots slots =
        Features.slots(
            config,
            models.get().models().stream()
                .flatMap(model -> model.manifest().inputNames().stream())
                .toList());
    standings = new StandingsFollower(config);
    runner =
        new StreamsRunner(
            new ScoringTopology(
                    config, slots, models, standings, metrics.registry(), clock, instance)
                .build(),
            config);
    alerts = new AlertPublisher(config);
    http = http(config);
    bindModelMetrics(metrics.registry());
    metrics.bind(runner.streams());
  }

  private HttpServer http(AppConfig config) {
    try {
      return new HttpServer(config.http(), runner::isAlive, runner::isReady, metrics::scrape);
    } catch (RuntimeException e) {
      alerts.close();
      runner.close();
      standings.close();
      metrics.close();
      throw e;
    }
  }

  /**
   * Starts an instance: loads and verifies the models first, so that the first record meets warm
   * ones. Topics must exist.
   *
   * @throws IllegalStateException if no model is usable or the HTTP address cannot be bound
   */
  public static Application start(AppConfig config, InstantSource clock)
      throws InterruptedException {
    ModelStore models = ModelStore.open(config.models());
    Application application;
    try {
      application = new Application(config, clock, models);
    } catch (RuntimeException e) {
      models.close();
      throw e;
    }
    application.standings.start();
    application.runner.start();
    application.announceModels();
    return application;
  }

  private void announceModels() {
    for (LoadedModel model : models.get().models()) {
      String key = model.manifest().key();
      LOG.info("Scoring with {} ({})", key, model.digest());
      publish(
          AlertType.MODEL_LOADED,
          Severity.INFO,
          key,
          "model " + key + " was verified and is in use, digest " + model.digest());
    }
    for (Rejection rejection : models.rejections()) {
      LOG.warn(
          "Model {} is refused, {}: {}",
          rejection.model(),
          rejection.reason(),
          rejection.message());
      publish(
          AlertType.MODEL_REJECTED,
          Severity.CRITICAL,
          rejection.model(),
          "model "
              + rejection.model()
              + " is refused, "
              + rejection.reason()
              + ": "
              + rejection.message());
    }
  }

  private void publish(AlertType type, Severity severity, String model, String message) {
    long now = clock.millis();
    alerts.publish(
        new Alert(
            type + ":" + model + ":" + instance,
            now,
            type,
            severity,
            AlertState.RAISED,
            null,
            message,
            null,
            null,
            null,
            instance));
  }

  private void bindModelMetrics(MeterRegistry registry) {
    Gauge.builder("vfr.model.cache.hit.ratio", models, m -> m.stats().hitRatio())
        .description("Requests for a model that were met in memory")
        .register(registry);
    Gauge.builder("vfr.model.cache.bytes", models, m -> m.stats().bytes())
        .description("Memory that loaded models take, an estimate, bytes")
        .register(registry);
    Gauge.builder("vfr.model.cache.models", models, m -> m.stats().models())
        .description("Models in memory")
        .register(registry);
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

  /** The HTTP port that is bound. */
  public int httpPort() {
    return http.port();
  }

  /** The instance's configuration. */
  public AppConfig config() {
    return config;
  }

  @Override
  public void close() {
    runner.close();
    standings.close();
    http.close();
    alerts.close();
    models.close();
    metrics.close();
  }
}
