package io.vfr.streams.ops.api;

import io.helidon.http.Status;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.Prediction;
import io.vfr.streams.emit.LatestPrediction;
import io.vfr.streams.scoring.Explainer;
import io.vfr.streams.scoring.Explanation;
import io.vfr.streams.scoring.ExplanationCounters;
import io.vfr.streams.scoring.ExplanationUse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Exact drivers on request, by the models that made the prediction, one prediction at a time: what
 * requests can take from scoring is one core at most. Thread-safe.
 *
 * <p>Every explanation has a thread of its own, which ends with it. Whoever takes the model set
 * holds it open until its thread takes a later one or ends, and a neural model gives every thread
 * one of its sessions; a thread that lives as long as a client's connection would keep both.
 */
public final class Explanations {
  private static final Duration WAIT_MAX = Duration.ofSeconds(5);

  private final Supplier<ModelSet> models;
  private final FeatureSlots slots;
  private final ExplanationCounters counters;
  private final Semaphore turn = new Semaphore(1, true);

  /**
   * Creates the service.
   *
   * @param models the set that is scored with now
   * @param slots the slots of the vectors
   */
  public Explanations(Supplier<ModelSet> models, FeatureSlots slots, ExplanationCounters counters) {
    this.models = models;
    this.slots = slots;
    this.counters = counters;
  }

  /**
   * The prediction with exact drivers; as it is where it has no drivers that could be more exact.
   *
   * @throws ApiException if its models are gone, or others' explanations take too long
   */
  Prediction explained(LatestPrediction latest) {
    try {
      if (!turn.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ApiException(
            Status.SERVICE_UNAVAILABLE_503,
            "BUSY",
            "other explanations are being made since "
                + WAIT_MAX.toSeconds()
                + " seconds; one is made at a time, try again later");
      }
      try {
        return onItsOwnThread(latest);
      } finally {
        turn.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(
          Status.SERVICE_UNAVAILABLE_503, "STOPPING", "this instance is being stopped");
    }
  }

  private Prediction onItsOwnThread(LatestPrediction latest) throws InterruptedException {
    FutureTask<Prediction> task = new FutureTask<>(() -> explain(latest));
    Thread.ofPlatform().name("vfr-explanation").daemon().start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ApiException expected) {
        throw expected;
      }
      throw new IllegalStateException(
          "explaining " + latest.prediction().id() + " failed: " + e.getCause(), e.getCause());
    }
  }

  private Prediction explain(LatestPrediction latest) {
    Prediction prediction = latest.prediction();
    Explainer explainer = new Explainer(models.get(), slots, ExplanationUse.REQUEST, counters);
    if (!explainer.made(prediction.id())) {
      throw gone(prediction);
    }
    if (prediction.drivers().isEmpty()) {
      return prediction;
    }
    Explanation exact = explainer.explain(latest.vector(), prediction.models());
    return exact == null ? prediction : prediction.withDrivers(exact.drivers(), exact.by());
  }

  private static ApiException gone(Prediction prediction) {
    List<String> made =
        prediction.models().stream()
            .filter(model -> model.weight() > 0)
            .map(Explanations::key)
            .toList();
    return new ApiException(
        Status.GONE_410,
        "MODELS_GONE",
        "prediction "
            + prediction.id()
            + " was made by "
            + String.join(", ", made)
            + ", and other models score now; without explain it can be read as it was emitted, and"
            + " the next prediction of "
            + prediction.symbol()
            + " can be explained");
  }

  private static String key(ModelScore model) {
    return model.id() + "@" + model.version();
  }
}
