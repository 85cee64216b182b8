package io.vfr.streams.scoring;

import io.vfr.schemas.AttributionMethod;
import io.vfr.schemas.Driver;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The drivers of one forecast, attributed exactly.
 *
 * @param drivers the largest, largest first
 * @param by how each model's share was attributed, by id, in the order of the prediction's models
 */
public record Explanation(List<Driver> drivers, Map<String, AttributionMethod> by) {
  public Explanation {
    drivers = List.copyOf(drivers);
    by = Collections.unmodifiableMap(new LinkedHashMap<>(by));
  }
}
