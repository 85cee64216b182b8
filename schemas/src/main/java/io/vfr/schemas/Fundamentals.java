package io.vfr.schemas;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was known about a company at one moment: a message of {@code vfr.fundamentals}.
 *
 * @param knownAt when the figures became public, epoch milliseconds
 * @param periodEnd end of the reporting period, epoch milliseconds
 * @param values feature name to value, in the order of the message; unknown values are absent
 */
public record Fundamentals(
    String symbol, long knownAt, long periodEnd, Map<String, Double> values) {
  public Fundamentals {
    Bounds.symbol(symbol);
    Bounds.timestamp("knownAt", knownAt);
    Bounds.timestamp("periodEnd", periodEnd);
    if (periodEnd > knownAt && periodEnd - knownAt > Bounds.PERIOD_AHEAD_MILLIS_MAX) {
      throw new InvalidMessageException(
          RejectCode.INCONSISTENT_PERIOD,
          "periodEnd must be at most 366 days after knownAt but is "
              + Bounds.time(periodEnd)
              + ", knownAt "
              + Bounds.time(knownAt));
    }
    if (values.size() > Bounds.FUNDAMENTALS_VALUES_MAX) {
      throw new InvalidMessageException(
          RejectCode.TOO_MANY_VALUES,
          "values must have at most "
              + Bounds.FUNDAMENTALS_VALUES_MAX
              + " entries but has "
              + values.size());
    }
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    for (Map.Entry<String, Double> entry : values.entrySet()) {
      Bounds.name("a name in values", entry.getKey());
      Bounds.finite("values." + entry.getKey(), entry.getValue().doubleValue());
    }
  }
}
