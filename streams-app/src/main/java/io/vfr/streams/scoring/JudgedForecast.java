package io.vfr.streams.scoring;

import io.vfr.models.Direction;
import io.vfr.models.evaluation.Judgement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one model said of one row, to be judged when the return is known.
 *
 * @param key {@code id@version}
 * @param shadow whether it was a shadow's word, without weight
 * @param expectedReturn simple return; 0 for a volatility model
 * @param call the class it took for the most probable
 * @param output its raw outputs, not empty
 */
record JudgedForecast(
    String key,
    String id,
    String version,
    boolean shadow,
    Judgement judgement,
    double expectedReturn,
    Direction call,
    double[] output) {
  boolean hit(double usual, double band, double realized) {
    return judgement.hit(expectedReturn, call, output[0], usual, band, realized);
  }

  double loss(double usual, double realized) {
    return judgement.loss(expectedReturn, output[0], usual, realized);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JudgedForecast that
        && key.equals(that.key)
        && shadow == that.shadow
        && judgement == that.judgement
        && Double.compare(expectedReturn, that.expectedReturn) == 0
        && call == that.call
        && Arrays.equals(output, that.output);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(output);
  }
}
