package io.vfr.schemas;

/**
 * What one source said about a symbol: a message of {@code vfr.sentiment}.
 *
 * @param ts when it was published, epoch milliseconds
 * @param source where it was said, such as news or reddit
 * @param sentiment 0 (most negative) to 1 (most positive), 0.5 is neutral
 * @param confidence how sure the source's scorer was, 0..1
 * @param mentions how many items the observation sums up
 */
public record SentimentObservation(
    String symbol, long ts, String source, double sentiment, double confidence, long mentions) {
  public SentimentObservation {
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.name("source", source);
    Bounds.fraction("sentiment", sentiment);
    Bounds.fraction("confidence", confidence);
    Bounds.notNegative("mentions", mentions);
    if (mentions > Bounds.MENTIONS_MAX) {
      throw Bounds.outOfRange("mentions", 0, Bounds.MENTIONS_MAX, mentions);
    }
    sentiment += 0.0;
    confidence += 0.0;
  }
}
