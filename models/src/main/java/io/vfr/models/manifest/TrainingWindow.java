package io.vfr.models.manifest;

import java.time.LocalDate;

/**
 * The dates of the bars that a model was trained on, both included.
 *
 * @param from first day
 * @param to last day; no target in the training set reaches beyond the horizon after it
 */
public record TrainingWindow(LocalDate from, LocalDate to) {
  public TrainingWindow {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("trainingWindow.to " + to + " is before from " + from);
    }
  }
}
