package io.vfr.models.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a manifest that describes its training rows; {@link ManifestReader} reads the rest.
 */
final class ReferenceFields {
  /** A number of rows must fit a double exactly, for that is what JSON readers use. */
  private static final double ROWS_MAX = 1L << 53;

  private ReferenceFields() {}

  /** The reference, or null if there is none or it has problems. */
  static @Nullable FeatureReference reference(JsonFields fields, List<String> inputs) {
    JsonFields reference = fields.object("reference", false);
    if (reference == null) {
      return null;
    }
    double rows = reference.number("rows", 1, ROWS_MAX);
    if (rows != Math.rint(rows)) {
      reference.problem("rows", "is " + rows + "; it must be a whole number");
    }
    Map<String, FeatureDistribution> distributions = new LinkedHashMap<>();
    JsonFields features = reference.object("features", true);
    if (features == null) {
      return null;
    }
    if (features.node().size() > ManifestReader.INPUTS_MAX) {
      reference.problem(
          "features",
          "has " + features.node().size() + " entries; at most " + ManifestReader.INPUTS_MAX);
      return null;
    }
    for (Map.Entry<String, JsonNode> entry : features.node().properties()) {
      String name = entry.getKey();
      if (!inputs.contains(name)) {
        reference.problem(
            "features", "names " + JsonFields.shown(name) + "; it must be one of the inputs");
        continue;
      }
      FeatureDistribution distribution = distribution(features, name);
      if (distribution != null) {
        distributions.put(name, distribution);
      }
    }
    return new FeatureReference((long) rows, distributions);
  }

  private static @Nullable FeatureDistribution distribution(JsonFields features, String name) {
    JsonFields fields = features.object(name, true);
    if (fields == null) {
      return null;
    }
    double[] edges = fields.numbers("edges", true, 0, FeatureDistribution.EDGES_MAX, false);
    int bins = edges.length + 1;
    double[] shares = fields.numbers("shares", true, bins, bins, false);
    double missing = fields.number("missing", 0, 1);
    boolean good = shares.length == bins;
    for (int i = 1; i < edges.length; i++) {
      if (edges[i] <= edges[i - 1]) {
        fields.problem("edges[" + i + "]", "is " + edges[i] + "; edges must strictly increase");
        good = false;
      }
    }
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] < 0) {
        fields.problem("shares[" + i + "]", "is " + shares[i] + "; it must not be negative");
        good = false;
      }
      sum += shares[i];
    }
    if (good && !(Math.abs(sum - 1) <= FeatureDistribution.SHARES_TOLERANCE)) {
      fields.problem(
          "shares",
          "add up to "
              + sum
              + "; they must add up to 1 within "
              + FeatureDistribution.SHARES_TOLERANCE);
      good = false;
    }
    return good ? new FeatureDistribution(edges, shares, missing) : null;
  }
}
