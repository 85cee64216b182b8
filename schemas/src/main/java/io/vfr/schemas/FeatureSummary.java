package io.vfr.schemas;

import java.util.List;

/**
 * What the models were given.
 *
 * @param schema hash of the feature schema
 * @param completeness share of the schema's features that are known, 0..1
 * @param imputed names of features that stand for data that is not there
 */
public record FeatureSummary(String schema, double completeness, List<String> imputed) {
  public FeatureSummary {
    Bounds.text("features.schema", schema);
    Bounds.fraction("features.completeness", completeness);
    imputed = List.copyOf(imputed);
  }
}
