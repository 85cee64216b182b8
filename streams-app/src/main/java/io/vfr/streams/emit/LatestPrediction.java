package io.vfr.streams.emit;

import io.vfr.schemas.Prediction;
import io.vfr.streams.features.FeatureVector;

/**
 * A prediction as it was emitted, and the vector that it was made from: all that is needed to
 * explain it later.
 */
public record LatestPrediction(Prediction prediction, FeatureVector vector) {
  /** Whether it tells of the same bar as another one, or of a later bar. */
  boolean isNoOlderThan(LatestPrediction other) {
    return vector.barEndMillis() >= other.vector.barEndMillis();
  }
}
