package io.vfr.streams.ops.registry;

import io.vfr.models.registry.ModelArchive;
import io.vfr.models.registry.ModelRegistry;
import io.vfr.models.registry.SemanticVersion;
import io.vfr.schemas.Bounds;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.Parsed;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code vfr.models} as it is understood. Anyone may have written it, so what it claims
 * is checked before it names a directory, a number of chunks or a size.
 */
sealed interface RegistryRecord {
  /** A registration or change of stage. */
  record Registered(ModelRegistration registration) implements RegistryRecord {}

  /** A tombstone: the version is as if it had never been registered. */
  record Deleted(String key) implements RegistryRecord {}

  /**
   * A record that is skipped.
   *
   * @param model what its key says, quoted
   */
  record Refused(String model, String reason) implements RegistryRecord {}

  /** Understands a record. */
  static RegistryRecord of(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) {
      return new Refused("without a key", "the key is missing; it must be <id>@<version>");
    }
    String name = new String(key, StandardCharsets.UTF_8);
    if (value == null) {
      return new Deleted(name);
    }
    return switch (Codecs.MODEL_REGISTRATION.parse(value)) {
      case Parsed.Rejected<ModelRegistration> rejected ->
          new Refused(Bounds.quote(name), rejected.code() + ": " + rejected.message());
      case Parsed.Accepted<ModelRegistration>(ModelRegistration registration) -> {
        String objection = objection(name, registration);
        yield objection == null
            ? new Registered(registration)
            : new Refused(Bounds.quote(name), objection);
      }
    };
  }

  private static @Nullable String objection(String key, ModelRegistration registration) {
    if (!key.equals(registration.key())) {
      return "the key is not " + Bounds.quote(registration.key()) + ", as the value says";
    }
    if (!ModelRegistry.isId(registration.id())) {
      return "id must be lower case: a-z 0-9 and . _ -";
    }
    String version = version(registration);
    if (version != null) {
      return version;
    }
    if (registration.bytes() < 1 || registration.bytes() > ModelArchive.BYTES_MAX) {
      return "bytes is " + registration.bytes() + "; it must be 1.." + ModelArchive.BYTES_MAX;
    }
    int least = ArtifactChunks.count(registration.bytes());
    int most = (int) Math.min(ArtifactChunks.COUNT_MAX, registration.bytes());
    if (registration.chunks() < least || registration.chunks() > most) {
      return "chunks is "
          + registration.chunks()
          + "; for "
          + registration.bytes()
          + " bytes it must be "
          + least
          + ".."
          + most;
    }
    return null;
  }

  private static @Nullable String version(ModelRegistration registration) {
    try {
      SemanticVersion.parse(registration.version());
      if (registration.predecessor() != null) {
        SemanticVersion.parse(registration.predecessor());
      }
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
