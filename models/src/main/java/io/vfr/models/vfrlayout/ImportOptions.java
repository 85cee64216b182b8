package io.vfr.models.vfrlayout;

import io.vfr.models.manifest.JsonFields;
import io.vfr.models.manifest.ManifestReader;
import java.time.Duration;
import java.util.ArrayList;
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

  /** What is wrong with them, one sentence each. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!ManifestReader.ID.matcher(id).matches()) {
      problems.add(
          "id is " + JsonFields.quote(id) + "; it must match " + ManifestReader.ID.pattern());
    }
    if (!ManifestReader.VERSION.matcher(version).matches()) {
      problems.add(
          "version is " + JsonFields.quote(version) + "; it must be major.minor.patch, e.g. 1.0.0");
    }
    if (!horizon.isPositive() || horizon.compareTo(ManifestReader.HORIZON_MAX) > 0) {
      problems.add("horizon is " + horizon + "; it must be above zero and at most P366D");
    }
    return problems;
  }
}
