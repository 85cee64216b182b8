package io.vfr.chaos.oracle;

import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import java.util.List;

/**
 * A prediction to be computed again: what went in and what each model said.
 *
 * @param closed the vectors that the bars before the vector's own ended with, oldest first
 */
public record Sample(
    String predictionId,
    FeatureValues vector,
    List<FeatureValues> closed,
    List<ModelScore> models) {
  public Sample {
    closed = List.copyOf(closed);
    models = List.copyOf(models);
  }
}
