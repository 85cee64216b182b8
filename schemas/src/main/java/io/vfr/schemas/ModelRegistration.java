package io.vfr.schemas;

import org.jspecify.annotations.Nullable;

/**
 * A model's registration or change of stage: a message of {@code vfr.models}, key {@link #key()}.
 * The topic is compacted, so the newest message of a key is the model's state.
 *
 * @param stage what the model is used for from now on
 * @param digest sha-256, hexadecimal, of the model's manifest.json, which states the artifact's
 *     own; the digest that predictions name, and the first part of the keys of its chunks in {@code
 *     vfr.model-artifacts}
 * @param bytes size of the packed model, bytes
 * @param chunks how many chunks it was cut into
 * @param registeredAt when this version was first registered, epoch milliseconds
 * @param changedAt when this message was written, epoch milliseconds
 * @param changedBy who changed it
 * @param artifactOffset offset of its first chunk, a hint where to begin reading; null if unknown
 * @param predecessor the version that its newest promotion replaced, to which a rollback goes back;
 *     null if it replaced none
 * @param reason why it was changed, up to {@link #REASON_LENGTH_MAX} characters; null if not stated
 */
public record ModelRegistration(
    String id,
    String version,
    ModelStage stage,
    String digest,
    long bytes,
    int chunks,
    long registeredAt,
    long changedAt,
    String changedBy,
    @Nullable Long artifactOffset,
    @Nullable String predecessor,
    @Nullable String reason) {
  /** Longest reason, characters. */
  public static final int REASON_LENGTH_MAX = 500;

  public ModelRegistration {
    Bounds.name("id", id);
    Bounds.modelVersion(version);
    Bounds.digest(digest);
    Bounds.notNegative("bytes", bytes);
    Bounds.notNegative("chunks", chunks);
    Bounds.timestamp("registeredAt", registeredAt);
    Bounds.timestamp("changedAt", changedAt);
    Bounds.text("changedBy", changedBy);
    if (artifactOffset != null) {
      Bounds.notNegative("artifactOffset", artifactOffset);
    }
    if (predecessor != null) {
      Bounds.modelVersion(predecessor);
    }
    if (reason != null) {
      Bounds.text("reason", reason, REASON_LENGTH_MAX);
    }
  }

  /** The record's key, {@code <id>@<version>}. */
  public String key() {
    return id + "@" + version;
  }
}
