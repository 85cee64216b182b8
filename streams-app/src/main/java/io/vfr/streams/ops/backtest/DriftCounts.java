package io.vfr.streams.ops.backtest;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.models.manifest.Manifest;
import io.vfr.schemas.FeatureValues;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the features of each quarter were distributed beside what the models were trained on: their
 * population stability index, Σ (p − q) ln (p / q) over the bins of the reference and the missing
 * values. Below 0.1 is usually called stable, above 0.25 another population.
 */
final class DriftCounts {
  /** Empty bins count as this share: the index would be infinite. */
  private static final double SHARE_MIN = 1e-4;

  private static final String OTHER_MODEL = "model.";

  private final Map<String, List<Watched>> watched = new HashMap<>();
  private final Map<String, Long> vectors = new TreeMap<>();

  /**
   * One feature of one model in one quarter.
   *
   * @param stability population stability index
   */
  record Drift(String quarter, String model, String feature, double stability) {}

  /** A feature as one model knew it, and its counts by quarter. */
  private static final class Watched {
    private final String model;
    private final FeatureDistribution reference;
    private final Map<String, long[]> counts = new HashMap<>();

    Watched(String model, FeatureDistribution reference) {
      this.model = model;
      this.reference = reference;
    }

    void add(String quarter, double value) {
      counts.computeIfAbsent(quarter, q -> new long[reference.bins()])[reference.bin(value)]++;
    }

    double stability(String quarter, long rows) {
      long[] found = counts.getOrDefault(quarter, new long[reference.bins()]);
      double[] shares = reference.shares();
      long known = 0;
      double sum = 0;
      for (int bin = 0; bin < found.length; bin++) {
        known += found[bin];
        sum += term((double) found[bin] / rows, shares[bin] * (1 - reference.missing()));
      }
      return sum + term((double) (rows - known) / rows, reference.missing());
    }

    private static double term(double here, double there) {
      double p = Math.max(here, SHARE_MIN);
      double q = Math.max(there, SHARE_MIN);
      return (p - q) * Math.log(p / q);
    }
  }

  /**
   * Watches features.
   *
   * @param references by model and feature
   */
  DriftCounts(Map<String, Map<String, FeatureDistribution>> references) {
    references.forEach((model, features) ->
        features.forEach((feature, distribution) ->
            watched
                .computeIfAbsent(feature, name -> new ArrayList<>())
                .add(new Watched(model, distribution))));
  }

  /** Watches what the manifests have a reference of; outputs of other models are left out. */
  static DriftCounts of(List<Manifest> manifests) {
    Map<String, Map<String, FeatureDistribution>> references = new TreeMap<>();
    for (Manifest manifest : manifests) {
      FeatureReference reference = manifest.reference();
      if (reference != null) {
        Map<String, FeatureDistribution> features = new TreeMap<>(reference.features());
        features.keySet().removeIf(feature -> feature.startsWith(OTHER_MODEL));
        references.put(manifest.key(), features);
      }
    }
    return new DriftCounts(references);
  }

  /** Takes a vector. */
  void add(FeatureValues vector) {
    String quarter = Period.quarter(Period.day(vector.ts()));
    vectors.merge(quarter, 1L, Long::sum);
    for (int i = 0; i < vector.names().size(); i++) {
      double value = vector.value(i);
      if (Double.isNaN(value)) {
        continue;
      }
      for (Watched each : watched.getOrDefault(vector.names().get(i), List.of())) {
        each.add(quarter, value);
      }
    }
  }

  /** Every watched feature in every quarter, by quarter, model and feature. */
  List<Drift> measure() {
    List<Drift> drifts = new ArrayList<>();
    vectors.forEach((quarter, rows) ->
        watched.forEach((feature, all) ->
            all.forEach(each ->
                drifts.add(
                    new Drift(quarter, each.model, feature, each.stability(quarter, rows))))));
    drifts.sort(
        Comparator.comparing(Drift::quarter)
            .thenComparing(Drift::model)
            .thenComparing(Drift::feature));
    return drifts;
  }
}
