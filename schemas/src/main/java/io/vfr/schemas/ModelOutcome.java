package io.vfr.schemas;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one model did in a prediction that met its horizon.
 *
 * @param output the raw output, as in {@link ModelScore}; not empty
 * @param hit whether the model's forecast was right: its direction, or its class
 */
public record ModelOutcome(String id, String version, double[] output, boolean hit) {
  public ModelOutcome {
    Bounds.text("models.id", id);
    Bounds.text("models.version", version);
    output = output.clone();
    if (output.length == 0) {
      throw new InvalidMessageException(
          RejectCode.MISSING_FIELD, "models.output must have at least one value");
    }
    for (double value : output) {
      Bounds.finite("models.output", value);
    }
  }

  /** The raw output, a copy. */
  @Override
  public double[] output() {
    return output.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelOutcome that
        && id.equals(that.id)
        && version.equals(that.version)
        && Arrays.equals(output, that.output)
        && hit == that.hit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, version, Arrays.hashCode(output), hit);
  }

  @Override
  public String toString() {
    return "ModelOutcome[" + id + "@" + version + " " + Arrays.toString(output) + " " + hit + "]";
  }
}
