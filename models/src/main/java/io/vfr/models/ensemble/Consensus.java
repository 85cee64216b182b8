package io.vfr.models.ensemble;

/**
 * How far the models agree.
 *
 * @param signal the side with the greatest weight; NEUTRAL on a tie
 * @param score 0 if all the weight is bearish, 50 if it is neutral or balanced, 100 if it is
 *     bullish
 * @param confidence the weight of the greatest side, 0..1
 * @param lowConsensus whether no side has two thirds of the weight
 * @param breakdown the weight of each side
 */
public record Consensus(
    Signal signal, double score, double confidence, boolean lowConsensus, Breakdown breakdown) {

  /** The share of the weight on each side; they sum to 1. */
  public record Breakdown(double bullish, double bearish, double neutral) {}

  /** No model took part: nothing to agree or disagree on. */
  static Consensus none() {
    return new Consensus(Signal.NEUTRAL, 50, 0, false, new Breakdown(0, 0, 1));
  }
}
