package io.vfr.streams.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Which sentiment sources become features, and over which window.
 *
 * @param sources source name to its weight in {@code combined_sentiment}, in configured order
 * @param window length of the window, a multiple of {@code hop}
 * @param hop by how much the window moves
 */
public record SentimentConfig(SequencedMap<String, Double> sources, Duration window, Duration hop) {
  public SentimentConfig {
    sources = new LinkedHashMap<>(sources);
    if (hop.isZero() || hop.isNegative() || window.toMillis() % hop.toMillis() != 0) {
      throw new IllegalArgumentException(
          "sentiment.window must be a multiple of sentiment.hop, got " + window + " and " + hop);
    }
  }

  /** Source names to weights, in configured order. */
  @Override
  public SequencedMap<String, Double> sources() {
    return new LinkedHashMap<>(sources);
  }
}
