package io.vfr.streams.ops.view;

import java.util.Map;

/**
 * The mean weights of the models in the predictions of some seconds.
 *
 * @param at when the last of them was made, epoch milliseconds
 * @param weights by model id, each 0..1
 */
public record WeightSample(long at, Map<String, Double> weights) {
  public WeightSample {
    weights = Map.copyOf(weights);
  }
}
