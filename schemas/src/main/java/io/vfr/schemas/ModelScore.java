package io.vfr.schemas;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one model contributed to a prediction.
 *
 * @param digest sha-256 of the model, hexadecimal
 * @param output the raw output: one value for regression and binary models, class probabilities for
 *     multiclass ones; empty if the model gave none
 * @param signal the model's vote; null if it gave none
 * @param weight weight in the ensemble, 0..1; 0 unless {@code status} is ok
 * @param confidence the model's own confidence, 0..1
 * @param latencyMicros time spent in the model, microseconds; of a batch, this row's share
 * @param fallbackFor id of the failed model that this one stands in for
 */
public record ModelScore(
    String id,
    String version,
    String digest,
    double[] output,
    @Nullable Signal signal,
    double weight,
    double confidence,
    long latencyMicros,
    ModelStatus status,
    @Nullable String fallbackFor) {
  public ModelScore {
    Bounds.text("models.id", id);
    Bounds.text("models.version", version);
    Bounds.text("models.digest", digest);
    output = output.clone();
    for (double value : output) {
      Bounds.finite("models.output", value);
    }
    Bounds.fraction("models.weight", weight);
    Bounds.fraction("models.confidence", confidence);
    Bounds.notNegative("models.latencyMicros", latencyMicros);
    boolean scored = status == ModelStatus.OK || status == ModelStatus.SHADOW;
    if (scored == (output.length == 0)) {
      throw new InvalidMessageException(
          scored ? RejectCode.MISSING_FIELD : RejectCode.OUT_OF_RANGE,
          "models.output must be there if and only if status is ok or shadow, but status is "
              + status.wire()
              + " with "
              + output.length
              + " values");
    }
    if (scored && signal == null) {
      throw new InvalidMessageException(
          RejectCode.MISSING_FIELD, "models.signal must be there if status is " + status.wire());
    }
    if (status != ModelStatus.OK && weight != 0) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE,
          "models.weight must be 0 if status is " + status.wire() + " but is " + weight);
    }
  }

  /** The raw output, a copy. */
  @Override
  public double[] output() {
    return output.clone();
  }

  /** How many values {@link #output()} has. */
  public int outputLength() {
    return output.length;
  }

  /** One value of {@link #output()}, without a copy. */
  public double output(int index) {
    return output[index];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelScore that
        && id.equals(that.id)
        && version.equals(that.version)
        && digest.equals(that.digest)
        && Arrays.equals(output, that.output)
        && signal == that.signal
        && Double.compare(weight, that.weight) == 0
        && Double.compare(confidence, that.confidence) == 0
        && latencyMicros == that.latencyMicros
        && status == that.status
        && Objects.equals(fallbackFor, that.fallbackFor);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, version, digest, Arrays.hashCode(output), status, weight);
  }

  @Override
  public String toString() {
    return "ModelScore["
        + id
        + "@"
        + version
        + " "
        + status.wire()
        + " output="
        + Arrays.toString(output)
        + " weight="
        + weight
        + "]";
  }
}
