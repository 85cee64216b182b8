package io.vfr.models.manifest;

import java.util.Locale;

/** A constant that is written in manifests as its lower-case name with dashes. */
public interface JsonName {
  /** The constant's Java name. */
  String name();

  /** The name in manifest.json, e.g. {@code standardized-return}. */
  default String jsonName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
