package io.vfr.chaos.oracle;

import java.nio.file.Path;

/**
 * One version of a model.
 *
 * @param digest SHA-256, hex, of its manifest
 * @param dir where it lies
 */
public record Version(String id, String version, String digest, Path dir) {
  /** {@code id@version}. */
  public String key() {
    return id + "@" + version;
  }
}
