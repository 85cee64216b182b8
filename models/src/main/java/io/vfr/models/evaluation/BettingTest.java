package io.vfr.models.evaluation;

/**
 * A test that a challenger is worse than its predecessor, which may be looked at after every
 * observation: an e-process by betting (I. Waudby-Smith and A. Ramdas, "Estimating means of bounded
 * random variables by betting", 2023).
 *
 * <p>An observation is the mean over one bar of (the challenger's loss − the predecessor's), in −1
 * to 1. A gambler starts with 1 and stakes a share λₜ, chosen from the past, on the challenger
 * being worse: wealth is multiplied by 1 + λₜ Dₜ. If the challenger is not worse, E[Dₜ | past] ≤ 0,
 * the wealth is a supermartingale, and by Ville's inequality the chance that it ever reaches 1 / α
 * is at most α. Immutable.
 *
 * @param logWealth natural logarithm of the wealth
 * @param observations how many bars were seen
 * @param sum of the observations
 * @param squares sum of their squares
 */
public record BettingTest(double logWealth, long observations, double sum, double squares) {
  /** Before the first observation: wealth 1. */
  public static final BettingTest START = new BettingTest(0, 0, 0, 0);

  /** Less than everything is staked, so that wealth stays positive whatever comes. */
  private static final double STAKE_MAX = 0.9;

  /** One prior observation around 0: nothing is staked before something is seen. */
  private static final double PRIOR = 1;

  private static final double PRIOR_SQUARES = 0.05;

  /**
   * Takes one bar.
   *
   * @param difference mean loss of the challenger minus that of the predecessor, −1..1
   */
  public BettingTest observe(double difference) {
    if (!(difference >= -1 && difference <= 1)) {
      throw new IllegalArgumentException("a difference lies in -1..1, got " + difference);
    }
    return new BettingTest(
        logWealth + Math.log1p(stake() * difference),
        observations + 1,
        sum + difference,
        squares + difference * difference);
  }

  /** Kelly's share for what was seen so far, mean / second moment; never negative. */
  private double stake() {
    double mean = sum / (observations + PRIOR);
    double square = (squares + PRIOR_SQUARES) / (observations + PRIOR);
    return Math.clamp(mean / square, 0, STAKE_MAX);
  }

  /**
   * Whether the challenger is worse at a level.
   *
   * @param falseAlarms largest chance, over the whole life of the test, of a yes for a challenger
   *     that is not worse; in (0, 1)
   */
  public boolean isWorse(double falseAlarms) {
    return logWealth >= -Math.log(falseAlarms);
  }

  /** The e-value: evidence against "not worse"; 1 is none, 100 rejects at 1 %. */
  public double evidence() {
    return Math.exp(Math.min(700, logWealth));
  }
}
