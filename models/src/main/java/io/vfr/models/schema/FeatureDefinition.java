package io.vfr.models.schema;

import java.util.regex.Pattern;

/**
 * One computed feature: what it is called, what it measures and how much history it needs.
 *
 * @param name the exact name in every topic, manifest and training set
 * @param unit what a value of 1 means
 * @param warmupBars bars, the forming one included, from which the feature has a value (given that
 *     every bar carries what the formula needs); 0 for features that are not made from bars
 * @param group the input that decides its staleness
 * @param formula the definition in words, one line
 */
public record FeatureDefinition(
    String name, FeatureUnit unit, int warmupBars, FeatureGroup group, String formula) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  public FeatureDefinition {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "feature name must match " + NAME.pattern() + ", got '" + name + "'");
    }
    if (warmupBars < 0) {
      throw new IllegalArgumentException(
          "warmupBars of " + name + " must not be negative, got " + warmupBars);
    }
    if (formula.isBlank() || formula.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("formula of " + name + " must be one non-blank line");
    }
  }

  /** Whether the feature is a function of the symbol's bars (and the benchmark level at each). */
  public boolean fromBars() {
    return group == FeatureGroup.BARS || group == FeatureGroup.BENCHMARK;
  }
}
