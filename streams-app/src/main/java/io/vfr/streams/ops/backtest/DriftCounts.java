package io.vfr.streams.ops.backtest;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.models.manifest.Manifest;
import io.vfr.schemas.FeatureValues;
import io.vfr.streams.steward.Stability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the features of each quarter were distributed beside what the models were trained on, by the
 * index that the steward raises its alert on. Below 0.1 is usually called stable, above 0.25
 * another population.
 */
final class DriftCounts {
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
    private final long referenceRows;
    private final Map<String, long[]> counts = new HashMap<>();

    Watched(String model, FeatureDistribution reference, long referenceRows) {
      this.model = model;
      this.reference = reference;
      this.referenceRows = referenceRows;
    }

    void add(String quarter, double value) {
      counts.computeIfAbsent(quarter, q -> new long[reference.bins()])[reference.bin(value)]++;
    }

    double stability(String quarter, long rows) {
      long[] found = counts.getOrDefault(quarter, new long[reference.bins()]);
      double[] all = new double[found.length + 1];
      all[found.length] = rows;
      for (int bin = 0; bin < found.length; bin++) {
        all[bin] = found[bin];
        all[found.length] -= found[bin];
      }
      return Stability.index(reference, referenceRows, all);
    }
  }

  /**
   * Watches features.
   *
   * @param references by model; outputs of other models are left out
   */
  DriftCounts(Map<String, FeatureReference> references) {
    references.forEach((model, reference) ->
        reference
            .features()
            .forEach((feature, distribution) -> {
              if (!feature.startsWith(OTHER_MODEL)) {
                watched
                    .computeIfAbsent(feature, name -> new ArrayList<>())
                    .add(new Watched(model, distribution, reference.rows()));
              }
            }));
  }

  /** Watches what the manifests have a reference of. */
  static DriftCounts of(List<Manifest> manifests) {
    Map<String, FeatureReference> references = new TreeMap<>();
    for (Manifest manifest : manifests) {
      FeatureReference reference = manifest.reference();
      if (reference != null) {
        references.put(manifest.key(), reference);
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
