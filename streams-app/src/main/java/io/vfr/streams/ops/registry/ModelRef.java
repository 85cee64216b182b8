package io.vfr.streams.ops.registry;

import io.vfr.models.load.LoadedModel;
import io.vfr.models.registry.SemanticVersion;
import io.vfr.schemas.ModelRegistration;

/**
 * One version of a model, exactly: two with the same digest are the same model wherever they lie.
 *
 * @param digest SHA-256, hex, of its manifest; empty where a directory has no readable one
 */
public record ModelRef(String id, SemanticVersion version, String digest) {
  private static final int SHORT = 12;

  static ModelRef of(LoadedModel model) {
    return new ModelRef(
        model.manifest().id(), SemanticVersion.parse(model.manifest().version()), model.digest());
  }

  static ModelRef of(ModelRegistration registration) {
    return new ModelRef(
        registration.id(), SemanticVersion.parse(registration.version()), registration.digest());
  }

  /** {@code id@version}. */
  public String key() {
    return id + "@" + version;
  }

  /** The digest's first digits, enough to tell versions of one name apart. */
  String shortDigest() {
    return digest.substring(0, Math.min(SHORT, digest.length()));
  }

  @Override
  public String toString() {
    return key() + " (" + shortDigest() + ")";
  }
}
