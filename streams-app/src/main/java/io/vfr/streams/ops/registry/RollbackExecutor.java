package io.vfr.streams.ops.registry;

import io.vfr.schemas.ModelRegistration;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.steward.RollbackRequest;
import io.vfr.streams.steward.Rollbacks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls back what the steward asks for, as {@code vfr models rollback} would, off the stream
 * threads. One request at a time: what is asked meanwhile is left out, since the steward asks again
 * while its reason stands. Thread-safe.
 */
public final class RollbackExecutor implements Rollbacks, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackExecutor.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final AppConfig config;
  private final InstantSource clock;
  private final String instance;
  private final ThreadPoolExecutor executor;
  private volatile long notBeforeNanos = System.nanoTime();

  /** Creates it; nothing connects before the first request. */
  public RollbackExecutor(AppConfig config, InstantSource clock, String instance) {
    this.config = config;
    this.clock = clock;
    this.instance = instance;
    executor =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(1),
            Thread.ofPlatform().name("model-rollback").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void ask(RollbackRequest request) {
    if (System.nanoTime() - notBeforeNanos >= 0 && executor.getActiveCount() == 0) {
      executor.execute(() -> rollBack(request));
    }
  }

  private void rollBack(RollbackRequest request) {
    try (RegistryPublisher publisher =
        RegistryPublisher.connect(config, clock, "the steward on " + instance)) {
      for (ModelRegistration written :
          publisher
              .rollback(
                  request.id(),
                  request.version(),
                  request.promotedAt(),
                  shortened(request.reason()))
              .written()) {
        LOG.warn("Rolled back: {} is {} now: {}", written.key(), written.stage(), request.reason());
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "{}@{} cannot be rolled back, though {}: {}",
          request.id(),
          request.version(),
          request.reason(),
          e.getMessage());
    } finally {
      // The steward sees what was written a moment later.
      notBeforeNanos = System.nanoTime() + RETRY_AFTER.toNanos();
    }
  }

  private static String shortened(String reason) {
    return reason.length() <= ModelRegistration.REASON_LENGTH_MAX
        ? reason
        : reason.substring(0, ModelRegistration.REASON_LENGTH_MAX);
  }

  /** Waits for a rollback that is being written, for a moment. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A rollback is still being written; it is a transaction, so it is whole or not");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
