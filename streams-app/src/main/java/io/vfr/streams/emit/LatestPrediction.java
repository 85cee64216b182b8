package io.vfr.streams.emit;

import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.features.FeatureVector;

/**
 * A prediction as it was emitted, and the vector that it was made from: all that is needed to
 * explain it later. It is held as its message, which is there anyway and one object instead of a
 * hundred.
 */
public final class LatestPrediction {
  private final byte[] message;
  private final FeatureVector vector;

  /**
   * Of one symbol.
   *
   * @param message what was emitted; whoever has it must not write
   * @param vector what it was made from
   */
  LatestPrediction(byte[] message, FeatureVector vector) {
    this.message = message;
    this.vector = vector;
  }

  /** The prediction as it was emitted, a value of {@code vfr.predictions}; not to be changed. */
  public byte[] message() {
    return message;
  }

  /** The prediction, read from its message. */
  public Prediction prediction() {
    return Topics.PREDICTIONS.deserializer().deserialize(Topics.PREDICTIONS.name(), message);
  }

  /** What it was made from. */
  public FeatureVector vector() {
    return vector;
  }

  String symbol() {
    return vector.symbol();
  }

  /** Whether it tells of the same bar as another one, or of a later bar. */
  boolean isNoOlderThan(FeatureVector other) {
    return vector.barEndMillis() >= other.barEndMillis();
  }
}
