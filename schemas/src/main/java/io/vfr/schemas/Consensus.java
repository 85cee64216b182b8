package io.vfr.schemas;

/**
 * What the ensemble's models agree on.
 *
 * @param signal the weighted vote
 * @param score 0 (all bearish) to 100 (all bullish)
 * @param confidence how much weight stands behind the signal, 0..1
 * @param lowConsensus whether the models disagree too much for the signal to mean something
 * @param breakdown the votes
 */
public record Consensus(
    Signal signal, double score, double confidence, boolean lowConsensus, Breakdown breakdown) {
  public Consensus {
    Bounds.range("consensus.score", score, 0, 100);
    Bounds.fraction("consensus.confidence", confidence);
  }
}
