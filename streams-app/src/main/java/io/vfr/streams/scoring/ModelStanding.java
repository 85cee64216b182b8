package io.vfr.streams.scoring;

/**
 * How one version of a model has done, over all partitions: the value of {@code
 * vfr.model-standings}, key {@code id@version}. Older outcomes count less (see {@link
 * #HALF_LIFE_BARS}).
 *
 * @param outcomes forecasts that met their horizon, a decayed count
 * @param hits those that came true, a decayed count
 * @param loss sum of their losses, decayed
 * @param barMillis the newest bar that realised one, epoch milliseconds
 */
public record ModelStanding(double outcomes, double hits, double loss, long barMillis) {
  /** Bars after which an outcome counts half. */
  public static final double HALF_LIFE_BARS = 60;

  public ModelStanding {
    if (!(outcomes >= 0 && hits >= 0 && hits <= outcomes * (1 + 1e-9) && loss > -1e300)) {
      throw new IllegalArgumentException(
          "hits " + hits + " must be 0 to outcomes " + outcomes + ", loss a number: " + loss);
    }
  }
}
