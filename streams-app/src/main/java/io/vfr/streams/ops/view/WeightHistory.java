package io.vfr.streams.ops.view;

import io.vfr.schemas.ModelScore;
import io.vfr.schemas.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the ensemble has weighed its models, a sample for every five seconds. Not thread-safe. */
final class WeightHistory {
  static final int SAMPLES_MAX = 360;
  static final long SAMPLE_MILLIS = 5_000;

  private final TreeMap<Long, Sum> samples = new TreeMap<>();

  private static final class Sum {
    private final Map<String, Double> weights = new HashMap<>();
    private int predictions;
  }

  void add(Prediction prediction) {
    if (prediction.models().stream().noneMatch(model -> model.weight() > 0)) {
      // While all models warm up nothing is weighed.
      return;
    }
    Sum sum = samples.computeIfAbsent(prediction.producedAt() / SAMPLE_MILLIS, number -> new Sum());
    sum.predictions++;
    for (ModelScore model : prediction.models()) {
      sum.weights.merge(model.id(), model.weight(), Double::sum);
    }
    if (samples.size() > SAMPLES_MAX) {
      samples.pollFirstEntry();
    }
  }

  /** Oldest first. */
  List<WeightSample> samples() {
    List<WeightSample> all = new ArrayList<>(samples.size());
    samples.forEach((number, sum) -> {
      Map<String, Double> means = new HashMap<>();
      sum.weights.forEach((model, weight) -> means.put(model, weight / sum.predictions));
      all.add(new WeightSample((number + 1) * SAMPLE_MILLIS, means));
    });
    return all;
  }
}
