package io.vfr.models.manifest;

import java.util.List;

/**
 * The input of a model that reads the last bars rather than one vector, oldest bar first.
 *
 * @param length how many bars
 * @param features the features of each bar, in order
 */
public record Sequence(int length, List<String> features) {
  /**
   * The most bars that a sequence may have: as many more are kept of every symbol, so that late
   * prices find theirs.
   */
  public static final int LENGTH_MAX = 64;

  public Sequence {
    features = List.copyOf(features);
  }
}
