package io.vfr.streams.scoring;

import java.util.Map;

/**
 * What outcomes have shown of the models, over all partitions, at one moment. Immutable; replaced
 * as a whole when the steward says something new.
 *
 * @param models by {@code id@version}
 */
public record Standings(Map<String, ModelStanding> models) {
  /** Nothing is known yet. */
  public static final Standings NONE = new Standings(Map.of());

  /** How many outcomes the hit rate of a model's validation is worth. */
  private static final double PRIOR_OUTCOMES = 200;

  public Standings {
    models = Map.copyOf(models);
  }

  /**
   * The share of a model's forecasts that came true, drawn towards what its validation showed while
   * outcomes are few.
   *
   * @param key {@code id@version}
   * @param prior hit rate of the validation, 0..1
   */
  double accuracy(String key, double prior) {
    ModelStanding standing = models.get(key);
    return standing == null
        ? prior
        : (PRIOR_OUTCOMES * prior + standing.hits()) / (PRIOR_OUTCOMES + standing.outcomes());
  }
}
