package io.vfr.models.manifest;

import java.util.List;

/**
 * The input of a model that reads the last bars rather than one vector, oldest bar first.
 *
 * @param length how many bars
 * @param features the features of each bar, in order
 */
public record Sequence(int length, List<String> features) {
  public Sequence {
    features = List.copyOf(features);
  }
}
