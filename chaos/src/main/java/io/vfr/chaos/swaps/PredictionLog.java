package io.vfr.chaos.swaps;

import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What predictions say of the models that they were made with: that the models which a prediction
 * names are those of the set that its id names, all good, and which sets came in which order. Not
 * thread-safe.
 */
final class PredictionLog {
  private static final long LATENCY_MILLIS_MAX = 3_600_000;

  private final Ledger ledger;
  private final Map<String, Version> goodByDigest;
  private final Map<String, String> championsOfSet = new HashMap<>();
  private final Map<Integer, List<String>> setsByPartition = new TreeMap<>();
  private final Map<String, Long> lastSeen = new HashMap<>();
  private final Map<String, Histogram> latencies = new LinkedHashMap<>();
  private final Map<String, Integer> degradedBy = new TreeMap<>();
  private final Set<String> unknownModels = new HashSet<>();
  private String phase = "";
  private long count;
  private long wrongNames;
  private long degraded;

  /**
   * A log.
   *
   * @param goodByDigest every version that may serve; others may add to it
   */
  PredictionLog(Ledger ledger, Map<String, Version> goodByDigest) {
    this.ledger = ledger;
    this.goodByDigest = goodByDigest;
  }

  /** Begins a phase: latencies, and whether predictions are whole, are told for each apart. */
  void phase(String name) {
    phase = name;
    latencies.put(name, new Histogram(LATENCY_MILLIS_MAX, 3));
  }

  /** Takes the next prediction of an output partition. */
  void add(int partition, Prediction prediction) {
    count++;
    ledger.answered(prediction.source().partition(), prediction.source().offset());
    String set = ModelNames.setOf(prediction.id());
    List<String> sets = setsByPartition.computeIfAbsent(partition, p -> new ArrayList<>());
    if (sets.isEmpty() || !sets.getLast().equals(set)) {
      sets.add(set);
    }
    lastSeen.put(set, count);
    names(set, prediction.models());
    Histogram histogram = latencies.get(phase);
    if (histogram != null) {
      histogram.recordValue(Math.min(LATENCY_MILLIS_MAX, prediction.latencyMillis()));
      if (prediction.degraded()) {
        degraded++;
        prediction.degradedReasons().forEach(why -> degradedBy.merge(why.name(), 1, Integer::sum));
      }
    }
  }

  private void names(String set, List<ModelScore> models) {
    // Champions come before shadows.
    Map<String, String> champions = new TreeMap<>();
    for (ModelScore model : models) {
      champions.putIfAbsent(model.id(), model.version() + ":" + model.digest());
      Version known = goodByDigest.get(model.digest());
      if (known == null
          || !known.id().equals(model.id())
          || !known.version().equals(model.version())) {
        unknownModels.add(model.id() + "@" + model.version());
      }
    }
    String named = champions.toString();
    String expected = championsOfSet.get(set);
    if (expected == null && ModelNames.set(champions).equals(set)) {
      championsOfSet.put(set, named);
    } else if (!named.equals(expected)) {
      wrongNames++;
    }
  }

  /** How many predictions there were so far. */
  long count() {
    return count;
  }

  /** Whether a set was predicted with after so many predictions. */
  boolean seenAfter(String set, long after) {
    return lastSeen.getOrDefault(set, 0L) > after;
  }

  /** Predictions whose models are not those of the set in their id. */
  long wrongNames() {
    return wrongNames;
  }

  /** Models that predictions name and that are no good version. */
  Set<String> unknownModels() {
    return Set.copyOf(unknownModels);
  }

  /** Predictions of the phases that were degraded. */
  long degraded() {
    return degraded;
  }

  /** Why predictions were degraded, with how often. */
  Map<String, Integer> degradedBy() {
    return new TreeMap<>(degradedBy);
  }

  /** Sets that were predicted with. */
  Set<String> sets() {
    return Set.copyOf(lastSeen.keySet());
  }

  /** The sets of each output partition in the order of its predictions, each run of one once. */
  List<List<String>> setsByPartition() {
    return List.copyOf(setsByPartition.values());
  }

  /** A percentile of a phase's latencies, milliseconds. */
  long latencyMillis(String phase, double percentile) {
    Histogram histogram = latencies.get(phase);
    return histogram == null ? 0 : histogram.getValueAtPercentile(percentile);
  }
}
