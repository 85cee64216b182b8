package io.vfr.streams.ops;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.Rejection;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.ops.registry.ModelEvents;
import io.vfr.streams.ops.registry.ModelRef;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MODEL_LOADED and MODEL_REJECTED: what becomes of an instance's models, logged and as alerts. */
final class RegistryAlerts implements ModelEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryAlerts.class);

  private final AlertPublisher publisher;
  private final InstantSource clock;
  private final String instance;
  private final AtomicLong count = new AtomicLong();

  RegistryAlerts(AlertPublisher publisher, InstantSource clock, String instance) {
    this.publisher = publisher;
    this.clock = clock;
    this.instance = instance;
  }

  @Override
  public void inUse(ModelRef model, ModelRole role, Optional<String> caveat) {
    String as = role.name().toLowerCase(Locale.ROOT);
    LOG.info(
        "Scoring with {} as {}, digest {}{}", model.key(), as, model.digest(), addition(caveat));
    publish(
        AlertType.MODEL_LOADED,
        caveat.isPresent() ? Severity.WARNING : Severity.INFO,
        AlertState.RAISED,
        model.key(),
        "model "
            + model.key()
            + " was verified and is in use as "
            + as
            + ", digest "
            + model.digest()
            + addition(caveat));
  }

  private static String addition(Optional<String> caveat) {
    return caveat.map(text -> "; " + text).orElse("");
  }

  @Override
  public void refused(Rejection rejection) {
    LOG.warn("Model {}", described(rejection));
    publish(
        AlertType.MODEL_REJECTED,
        Severity.CRITICAL,
        AlertState.RAISED,
        rejection.model(),
        "model " + described(rejection));
  }

  @Override
  public void cleared(Rejection rejection) {
    LOG.info("No longer so: model {}", described(rejection));
    publish(
        AlertType.MODEL_REJECTED,
        Severity.INFO,
        AlertState.CLEARED,
        rejection.model(),
        "no longer so: model " + described(rejection));
  }

  private static String described(Rejection rejection) {
    return rejection.model() + " is refused, " + rejection.reason() + ": " + rejection.message();
  }

  private void publish(
      AlertType type, Severity severity, AlertState state, String model, String message) {
    publisher.publish(
        new Alert(
            type + ":" + model + ":" + instance + ":" + count.incrementAndGet(),
            clock.millis(),
            type,
            severity,
            state,
            null,
            message,
            null,
            null,
            null,
            instance));
  }
}
