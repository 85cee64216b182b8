package io.vfr.models.manifest;

import java.util.Map;

/**
 * How a model's features were distributed when it was trained: what live features are compared with
 * to see drift.
 *
 * @param rows training rows behind the distributions, at least 1
 * @param features by feature name; a feature without an entry is not watched
 */
public record FeatureReference(long rows, Map<String, FeatureDistribution> features) {
  public FeatureReference {
    if (rows < 1) {
      throw new IllegalArgumentException("rows is " + rows + "; it must be at least 1");
    }
    features = Map.copyOf(features);
  }
}
