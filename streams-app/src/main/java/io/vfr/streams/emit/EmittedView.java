package io.vfr.streams.emit;

import java.util.HashMap;
import java.util.Map;

/**
 * One task's way into {@link LatestPredictions}: what was emitted waits until its commit was made,
 * or, where outputs are read before that, until the task finds the time. Used by the task's thread
 * alone.
 *
 * <p>There is no call after a commit. But a task whose commit fails runs nothing any more, so
 * whatever it runs after {@link #beforeCommit} knows that the commit was made
 * (docs/decisions/0010).
 */
final class EmittedView {
  private final LatestPredictions view;
  private final int partition;
  private final boolean readsUncommitted;
  private Map<String, LatestPrediction> emitted = new HashMap<>();
  private Map<String, LatestPrediction> committing = new HashMap<>();

  /**
   * Shows nothing yet.
   *
   * @param readsUncommitted whether consumers of the outputs read them before they are committed,
   *     as at least once means it (docs/decisions/0015)
   */
  EmittedView(LatestPredictions view, int partition, boolean readsUncommitted) {
    this.view = view;
    this.partition = partition;
    this.readsUncommitted = readsUncommitted;
  }

  /** Takes note of an emitted prediction. */
  void emitted(LatestPrediction latest) {
    keepNewer(emitted, latest);
  }

  /**
   * Everything emitted so far belongs into the commit that is about to be made. If the task has not
   * run since this was called before, that commit may not have been made, and this is the next try.
   */
  void beforeCommit() {
    if (committing.isEmpty()) {
      Map<String, LatestPrediction> empty = committing;
      committing = emitted;
      emitted = empty;
    } else {
      emitted.values().forEach(latest -> keepNewer(committing, latest));
      emitted.clear();
    }
  }

  private static void keepNewer(
      Map<String, LatestPrediction> predictions, LatestPrediction latest) {
    predictions.merge(
        latest.symbol(),
        latest,
        (before, now) -> now.isNoOlderThan(before.vector()) ? now : before);
  }

  /** The task processes or punctuates, so the last commit was made: shows what was part of it. */
  void publish() {
    publish(committing);
  }

  /** The task punctuates: shows all that consumers can see. */
  void publishVisible() {
    publish();
    if (readsUncommitted) {
      publish(emitted);
    }
  }

  private void publish(Map<String, LatestPrediction> predictions) {
    if (!predictions.isEmpty()) {
      view.publish(predictions.values());
      predictions.clear();
    }
  }

  /** The task ends: its partition is predicted elsewhere from now on. */
  void close() {
    emitted.clear();
    committing.clear();
    view.forget(partition);
  }
}
