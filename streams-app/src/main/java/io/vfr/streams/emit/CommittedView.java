package io.vfr.streams.emit;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * One task's way into {@link LatestPredictions}: what was emitted waits until its commit was made.
 * Used by the task's thread alone.
 *
 * <p>There is no call after a commit. But a task whose commit fails runs nothing any more, so
 * whatever it runs after {@link #beforeCommit} knows that the commit was made
 * (docs/decisions/0010).
 */
final class CommittedView {
  private final LatestPredictions view;
  private final int partition;
  private Map<String, LatestPrediction> emitted = new HashMap<>();
  private Map<String, LatestPrediction> committing = new HashMap<>();

  CommittedView(LatestPredictions view, int partition) {
    this.view = view;
    this.partition = partition;
  }

  /** Takes note of an emitted prediction. */
  void emitted(LatestPrediction latest) {
    emitted.merge(
        latest.prediction().symbol(),
        latest,
        (before, now) -> now.isNoOlderThan(before) ? now : before);
  }

  /** Everything emitted so far belongs into the commit that is about to be made. */
  void beforeCommit() {
    publish();
    Map<String, LatestPrediction> empty = committing;
    committing = emitted;
    emitted = empty;
  }

  /** The task runs, so the last commit was made: shows what was part of it. */
  void publish() {
    if (!committing.isEmpty()) {
      Collection<LatestPrediction> committed = committing.values();
      view.publish(committed);
      committing.clear();
    }
  }

  /** The task ends: its partition is predicted elsewhere from now on. */
  void close() {
    emitted.clear();
    committing.clear();
    view.forget(partition);
  }
}
