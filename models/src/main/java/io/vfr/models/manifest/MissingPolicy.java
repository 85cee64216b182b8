package io.vfr.models.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a model is given for a feature that has no value. */
public sealed interface MissingPolicy {
  /** The value for a missing input, in the feature's own unit; NaN leaves it missing. */
  double valueFor(String feature);

  /** Missing stays missing: the model handles NaN itself. */
  record KeepNan() implements MissingPolicy {
    @Override
    public double valueFor(String feature) {
      return Double.NaN;
    }
  }

  /**
   * A stated number instead, put in before any normalization.
   *
   * @param value for every feature without an entry in values; null if each has one
   * @param values by feature name
   */
  record Default(@Nullable Double value, Map<String, Double> values) implements MissingPolicy {
    public Default {
      values = Map.copyOf(values);
    }

    @Override
    public double valueFor(String feature) {
      Double own = values.get(feature);
      if (own != null) {
        return own;
      }
      if (value == null) {
        throw new IllegalStateException("no default is stated for " + feature);
      }
      return value;
    }
  }
}
