package io.vfr.streams.ops.registry;

import io.vfr.models.manifest.Manifest;
import org.jspecify.annotations.Nullable;

/** Tells models that the ensemble can use from those that are only sound in themselves. */
final class Suitability {
  private Suitability() {}

  /** Why the ensemble cannot use a model; null if it can. */
  static @Nullable String objection(Manifest manifest) {
    if (manifest.calibration() == null) {
      return "the ensemble needs the calibration of every model";
    }
    double hitRate = manifest.metrics().getOrDefault("hitRate", 0.5);
    return hitRate >= 0 && hitRate <= 1 ? null : "metrics.hitRate must be 0..1 but is " + hitRate;
  }
}
