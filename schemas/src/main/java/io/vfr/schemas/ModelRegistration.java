package io.vfr.schemas;

/**
 * A model's registration or change of stage: a message of {@code vfr.models}, key {@link #key()}.
 * The topic is compacted, so the newest message of a key is the model's state.
 *
 * @param stage what the model is used for from now on
 * @param digest sha-256 over the model's files, hexadecimal; names its chunks in {@code
 *     vfr.model-artifacts}
 * @param bytes size of the packed model, bytes
 * @param chunks how many chunks it was cut into
 * @param registeredAt when this version was first registered, epoch milliseconds
 * @param changedAt when this message was written, epoch milliseconds
 * @param changedBy who changed it
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
    String changedBy) {
  public ModelRegistration {
    Bounds.name("id", id);
    Bounds.modelVersion(version);
    Bounds.digest(digest);
    Bounds.notNegative("bytes", bytes);
    Bounds.notNegative("chunks", chunks);
    Bounds.timestamp("registeredAt", registeredAt);
    Bounds.timestamp("changedAt", changedAt);
    Bounds.text("changedBy", changedBy);
  }

  /** The record's key, {@code <id>@<version>}. */
  public String key() {
    return id + "@" + version;
  }
}
