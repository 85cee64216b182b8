package io.vfr.models.vfrlayout;

import java.time.Duration;
import java.util.List;

/**
 * What the one who imports a model says of it.
 *
 * @param id the model's id in the registry
 * @param version major.minor.patch
 * @param horizon how far ahead its target lies
 * @param required inputs without which it is skipped rather than given a missing value
 */
public record ImportOptions(String id, String version, Duration horizon, List<String> required) {
  /** Next day, nothing required. */
  public ImportOptions(String id, String version) {
    this(id, version, Duration.ofDays(1), List.of());
  }

  public ImportOptions {
    required = List.copyOf(required);
  }
}
