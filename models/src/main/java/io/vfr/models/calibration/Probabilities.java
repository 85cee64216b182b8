package io.vfr.models.calibration;

import io.vfr.models.Direction;

/**
 * The probabilities of the three directions. Each is a multiple of 2⁻³⁰, so that they sum to
 * exactly 1 in any order of addition.
 */
public record Probabilities(double up, double neutral, double down) {
  private static final double STEPS = 1 << 30;

  /** Nothing known: a third each, to the step. */
  public static final Probabilities UNKNOWN = of(1.0 / 3, 1.0 / 3);

  public Probabilities {
    if (!(up >= 0 && neutral >= 0 && down >= 0 && up + neutral + down == 1)) {
      throw new IllegalArgumentException(
          "not a distribution: up " + up + ", neutral " + neutral + ", down " + down);
    }
  }

  /**
   * Rounds two probabilities to the step and leaves the rest to NEUTRAL.
   *
   * @param up at least 0
   * @param down at least 0; a sum above 1 is scaled down to 1
   */
  public static Probabilities of(double up, double down) {
    if (!(up >= 0 && down >= 0 && up + down < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("not probabilities: up " + up + ", down " + down);
    }
    double scale = Math.max(1, up + down);
    double upSteps = Math.rint(up / scale * STEPS);
    double downSteps = Math.min(Math.rint(down / scale * STEPS), STEPS - upSteps);
    return new Probabilities(
        upSteps / STEPS, (STEPS - upSteps - downSteps) / STEPS, downSteps / STEPS);
  }

  /** The most probable direction; NEUTRAL on a tie. */
  public Direction direction() {
    if (up > neutral && up > down) {
      return Direction.UP;
    }
    return down > neutral && down > up ? Direction.DOWN : Direction.NEUTRAL;
  }

  /** How far the most probable direction stands above a third: 0 to 1. */
  public double confidence() {
    double max = Math.max(up, Math.max(neutral, down));
    return Math.max(0, (max - 1.0 / 3) * 1.5);
  }
}
