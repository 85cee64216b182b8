package io.vfr.models.registry;

import java.nio.file.Path;

/** Where one version of a model lies; its content never changes once it is there. */
public record ModelDirectory(String id, SemanticVersion version, Path path) {
  /** {@code id@version}. */
  public String key() {
    return id + "@" + version;
  }
}
