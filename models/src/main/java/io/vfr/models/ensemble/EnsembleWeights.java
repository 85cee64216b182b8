package io.vfr.models.ensemble;

import java.util.List;

/**
 * The weights of an ensemble: 0.5 accuracy + 0.3 latency + 0.2 confidence for each usable model,
 * normalized to a sum of 1 and bounded. Where the bounds cannot hold they yield: one usable model
 * has weight 1, and more than {@code 1 / MIN} of them share equally.
 */
public final class EnsembleWeights {
  /** Least weight of a usable model. */
  public static final double MIN = 0.05;

  /** Greatest weight of a model beside another usable one. */
  public static final double MAX = 0.6;

  private static final double ACCURACY_SHARE = 0.5;
  private static final double LATENCY_SHARE = 0.3;
  private static final double CONFIDENCE_SHARE = 0.2;
  private static final double LATENCY_BUDGET_MILLIS = 50;
  private static final int LATENCY_STEPS = 5;

  private EnsembleWeights() {}

  /**
   * The latency part of a weight: 1 below a fifth of the 50 ms budget, a fifth less for each
   * further 10 ms, 0 from 50 ms on. The steps are coarse so that timing noise does not move a
   * forecast.
   */
  public static double latencyScore(double latencyMillis) {
    double stepMillis = LATENCY_BUDGET_MILLIS / LATENCY_STEPS;
    double step = Math.min(LATENCY_STEPS, Math.floor(latencyMillis / stepMillis));
    return 1 - step / LATENCY_STEPS;
  }

  /** One weight per model in the given order: 0 for an unusable one; the others sum to 1. */
  public static double[] of(List<ModelView> models) {
    double[] scores = new double[models.size()];
    for (int i = 0; i < scores.length; i++) {
      ModelView model = models.get(i);
      scores[i] =
          model.forecast() == null
              ? Double.NaN
              : ACCURACY_SHARE * model.accuracy()
                  + LATENCY_SHARE * latencyScore(model.latencyMillis())
                  + CONFIDENCE_SHARE * model.confidence();
    }
    return bounded(scores);
  }

  /**
   * Normalizes scores within the bounds: the nearest weights in proportion to the scores that keep
   * them. In each round the side (too large or too small) that is violated more is fixed at its
   * bound and the rest is shared out again; a fixed weight never has to be freed, so it takes at
   * most as many rounds as there are models.
   *
   * @param scores not negative; NaN for a model that takes no part
   */
  static double[] bounded(double[] scores) {
    double[] weights = new double[scores.length];
    boolean[] free = new boolean[scores.length];
    int usable = 0;
    for (int i = 0; i < scores.length; i++) {
      free[i] = !Double.isNaN(scores[i]);
      usable += free[i] ? 1 : 0;
    }
    if (usable == 0) {
      return weights;
    }
    double min = usable * MIN <= 1 ? MIN : 1.0 / usable;
    double max = usable * MAX >= 1 ? MAX : 1.0 / usable;
    for (int round = 0; round <= usable; round++) {
      share(scores, free, weights);
      double excess = 0;
      double deficit = 0;
      for (int i = 0; i < weights.length; i++) {
        excess += free[i] ? Math.max(0, weights[i] - max) : 0;
        deficit += free[i] ? Math.max(0, min - weights[i]) : 0;
      }
      if (excess == 0 && deficit == 0) {
        return weights;
      }
      for (int i = 0; i < weights.length; i++) {
        if (free[i] && (excess >= deficit ? weights[i] > max : weights[i] < min)) {
          weights[i] = excess >= deficit ? max : min;
          free[i] = false;
        }
      }
    }
    return weights;
  }

  /** Shares what the fixed weights leave among the free ones by score; equally if all are zero. */
  private static void share(double[] scores, boolean[] free, double[] weights) {
    double rest = 1;
    double sum = 0;
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (free[i]) {
        sum += scores[i];
        count++;
      } else {
        rest -= weights[i];
      }
    }
    for (int i = 0; i < scores.length; i++) {
      if (free[i]) {
        weights[i] = sum > 0 ? rest * scores[i] / sum : rest / count;
      }
    }
  }
}
