package io.vfr.schemas;

/**
 * Probabilities of the three directions; they sum to one.
 *
 * @param up probability of {@link Direction#UP}, 0..1
 * @param neutral probability of {@link Direction#NEUTRAL}, 0..1
 * @param down probability of {@link Direction#DOWN}, 0..1
 */
public record Probability(double up, double neutral, double down) {
  /** What is known when nothing is known: a third each. */
  public static final Probability UNKNOWN = new Probability(1.0 / 3, 1.0 / 3, 1.0 / 3);

  public Probability {
    Bounds.fraction("probability.up", up);
    Bounds.fraction("probability.neutral", neutral);
    Bounds.fraction("probability.down", down);
    double sum = up + neutral + down;
    if (Math.abs(sum - 1) > Bounds.SUM_TOLERANCE) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE, "probability must sum to 1 but sums to " + sum);
    }
  }
}
