package io.vfr.streams.steward;

import io.vfr.models.manifest.FeatureDistribution;
import io.vfr.models.manifest.FeatureReference;
import io.vfr.models.manifest.Manifest;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Severity;
import io.vfr.streams.scoring.ModelScores.FeatureCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ObjDoubleConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the features of the last bars with those that each model learnt from. One alert per
 * model, which names the features: a market that has changed moves many of them at once.
 */
final class DriftWatch {
  /**
   * Bars after which a sample counts half. Short windows of a market look unlike its years: over 20
   * bars the index of every other feature passed 0.25 within half a year of the training's end.
   */
  static final double HALF_LIFE_BARS = 60;

  /** No judgement before so many bars, and so many samples as they count now. */
  private static final int BARS_MIN = 40;

  private static final double SAMPLES_MIN = 200;

  /** How many features a message names. */
  private static final int NAMED_MAX = 12;

  /**
   * What is stored of one model.
   *
   * @param counts by feature: decayed counts by bin, then missing
   * @param firstBar the first bar that was seen, epoch milliseconds
   * @param bar the newest one
   * @param raised whether the alert stands
   */
  record State(Map<String, double[]> counts, long firstBar, long bar, boolean raised) {}

  private final StewardStore store;
  private final Decay decay;
  private final double limit;
  private final double clearRatio;
  private final Map<String, State> byModel = new HashMap<>();

  DriftWatch(StewardStore store, Decay decay, double limit, double clearRatio) {
    this.store = store;
    this.decay = decay;
    this.limit = limit;
    this.clearRatio = clearRatio;
    store.forEach(
        StewardStore.DRIFT,
        (model, json) -> byModel.put(model, StewardJson.read(json, State.class)));
  }

  void add(List<FeatureCounts> features) {
    TreeSet<String> changed = new TreeSet<>();
    for (FeatureCounts feature : features) {
      for (String model : feature.models()) {
        byModel.put(model, added(byModel.get(model), feature));
        changed.add(model);
      }
    }
    changed.forEach(this::store);
  }

  private State added(@Nullable State before, FeatureCounts more) {
    State known = before == null ? new State(Map.of(), more.bar(), more.bar(), false) : before;
    long newest = Math.max(known.bar(), more.bar());
    double old = decay.retained(newest - known.bar());
    double added = decay.retained(newest - more.bar());
    Map<String, double[]> counts = new TreeMap<>(known.counts());
    if (old < 1) {
      counts.replaceAll((feature, bins) -> scaled(bins, old));
    }
    double[] bins = new double[more.counts().size()];
    double[] past = counts.get(more.feature());
    for (int i = 0; i < bins.length; i++) {
      bins[i] = added * more.counts().get(i);
      if (past != null && past.length == bins.length) {
        bins[i] += past[i];
      }
    }
    counts.put(more.feature(), bins);
    return new State(counts, Math.min(known.firstBar(), more.bar()), newest, known.raised());
  }

  private static double[] scaled(double[] bins, double factor) {
    double[] scaled = bins.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }

  private void store(String model) {
    State state = byModel.get(model);
    if (state != null) {
      store.put(StewardStore.DRIFT, model, StewardJson.write(state));
    }
  }

  /**
   * Judges one champion and adds the alert that begins or ends now.
   *
   * @param gauge is told each watched feature's index
   */
  void check(
      Manifest manifest, StewardAlerts alerts, ObjDoubleConsumer<String> gauge, List<Alert> out) {
    State state = byModel.get(manifest.key());
    FeatureReference reference = manifest.reference();
    if (state == null
        || reference == null
        || state.bar() - state.firstBar() < BARS_MIN * decay.intervalMillis()) {
      return;
    }
    Map<String, Double> indices = new TreeMap<>();
    state
        .counts()
        .forEach((feature, counts) -> {
          FeatureDistribution expected = reference.features().get(feature);
          double samples = 0;
          for (double count : counts) {
            samples += count;
          }
          if (expected != null && expected.bins() + 1 == counts.length && samples >= SAMPLES_MIN) {
            double index = Stability.index(expected, reference.rows(), counts);
            indices.put(feature, index);
            gauge.accept(feature, index);
          }
        });
    double largest = indices.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    boolean begins = !state.raised() && largest > limit;
    boolean ends = state.raised() && largest < limit * clearRatio;
    if (begins || ends) {
      byModel.put(manifest.key(), new State(state.counts(), state.firstBar(), state.bar(), begins));
      store(manifest.key());
      out.add(
          alerts.of(
              AlertType.FEATURE_DRIFT,
              begins ? Severity.WARNING : Severity.INFO,
              begins ? AlertState.RAISED : AlertState.CLEARED,
              manifest.key(),
              state.bar() + decay.intervalMillis(),
              begins
                  ? "features of "
                      + manifest.key()
                      + " are no longer as in its training: "
                      + named(indices)
                  : "features of " + manifest.key() + " are again as in its training",
              largest,
              limit));
    }
  }

  private String named(Map<String, Double> indices) {
    List<Map.Entry<String, Double>> drifted = new ArrayList<>();
    indices.entrySet().stream()
        .filter(entry -> entry.getValue() > limit)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(drifted::add);
    String names =
        drifted.stream()
            .limit(NAMED_MAX)
            .map(entry -> String.format(Locale.ROOT, "%s (%.2f)", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return drifted.size() > NAMED_MAX
        ? names + " and " + (drifted.size() - NAMED_MAX) + " more"
        : names;
  }

  /** Forgets a version that is out of use. */
  void retired(String model) {
    if (byModel.remove(model) != null) {
      store.delete(StewardStore.DRIFT, model);
    }
  }
}
