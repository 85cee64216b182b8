package io.vfr.models.evaluation;

import io.vfr.models.Direction;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Task;

/**
 * How one forecast of one model is judged once the return is known.
 *
 * <ul>
 *   <li>{@link #SIGN}: a return. A hit has the realised sign; the loss is |realised − forecast| /
 *       σ.
 *   <li>{@link #CLASS}: a direction. A hit is the realised class, with the neutral band that the
 *       forecast was made with; the loss as above.
 *   <li>{@link #SCALE}: a volatility. A hit is nearer to the realised move than {@code
 *       volatility_20d} was, by the quasi-likelihood loss ln σ̂ + r² / (2 σ̂²) (A. Patton,
 *       "Volatility forecast comparison using imperfect volatility proxies", 2011), which is its
 *       loss, too.
 * </ul>
 *
 * A model without skill hits half the time, one third of the time for three classes.
 */
public enum Judgement {
  SIGN,
  CLASS,
  SCALE;

  /** How a model of this kind and task is judged. */
  public static Judgement of(Kind kind, Task task) {
    if (kind == Kind.VOLATILITY) {
      return SCALE;
    }
    return task == Task.REGRESSION ? SIGN : CLASS;
  }

  /**
   * Whether the forecast came true.
   *
   * @param expectedReturn forecast of the return; of a volatility model unused
   * @param call the class that the model took for the most probable
   * @param scale forecast volatility of a volatility model, above 0; otherwise unused
   * @param usual {@code volatility_20d}, above 0
   * @param band half width of NEUTRAL, a return
   * @param realized simple return
   */
  public boolean hit(
      double expectedReturn,
      Direction call,
      double scale,
      double usual,
      double band,
      double realized) {
    return switch (this) {
      case SIGN -> expectedReturn * realized > 0;
      case CLASS -> call == outcome(realized, band);
      case SCALE -> quasiLikelihood(scale, realized) < quasiLikelihood(usual, realized);
    };
  }

  /** The class of a realised return. */
  public static Direction outcome(double realized, double band) {
    if (realized > band) {
      return Direction.UP;
    }
    return realized < -band ? Direction.DOWN : Direction.NEUTRAL;
  }

  /** The loss of a forecast, without a unit; its arguments are those of {@link #hit}. */
  public double loss(double expectedReturn, double scale, double usual, double realized) {
    return this == SCALE
        ? quasiLikelihood(scale, realized)
        : Math.abs(realized - expectedReturn) / usual;
  }

  /** The quasi-likelihood loss of a volatility forecast. */
  public static double quasiLikelihood(double sigma, double realized) {
    double standardized = realized / sigma;
    return Math.log(sigma) + standardized * standardized / 2;
  }
}
