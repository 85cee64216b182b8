package io.vfr.models.vfrlayout;

import io.vfr.models.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that was imported: verified, and in its place in the registry.
 *
 * @param directory {@code <registry>/<id>/<version>}
 * @param digest SHA-256, hex, of its manifest.json
 * @param computed inputs that the stream computes itself, in order
 * @param open inputs that must come in, as a key of vfr.fundamentals or a series of vfr.macro
 * @param notes what was assumed or left aside, one sentence each
 */
public record ImportedModel(
    Manifest manifest,
    Path directory,
    String digest,
    List<String> computed,
    List<String> open,
    List<String> notes) {
  public ImportedModel {
    computed = List.copyOf(computed);
    open = List.copyOf(open);
    notes = List.copyOf(notes);
  }
}
