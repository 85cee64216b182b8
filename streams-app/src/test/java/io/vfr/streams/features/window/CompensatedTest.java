package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What leaves and enters a sum at once changes it as if one had followed the other. */
final class CompensatedTest {
  private final Random random = new Random(3);
  private final double[] expected = new double[Compensated.STRIDE];
  private final double[] actual = new double[Compensated.STRIDE];

  @Test
  void replace_manyTimes_isTakingOutAndAddingBitByBit() {
    for (int i = 0; i < 10_000; i++) {
      double leaving = value();
      double entering = value();
      Compensated.add(expected, 0, -leaving);
      Compensated.add(expected, 0, entering);
      Compensated.replace(actual, 0, leaving, entering);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void replaceProduct_manyTimes_isTakingOutAndAddingBitByBit() {
    for (int i = 0; i < 10_000; i++) {
      double leavingX = value();
      double leavingY = value();
      double x = value();
      double y = value();
      Compensated.addProduct(expected, 0, -leavingX, leavingY);
      Compensated.addProduct(expected, 0, x, y);
      Compensated.replaceProduct(actual, 0, leavingX, leavingY, x, y);
      assertThat(actual).isEqualTo(expected);
    }
  }

  /** Of either sign, from 1e-6 to 1e6. */
  private double value() {
    return random.nextGaussian() * Math.pow(10, random.nextInt(-6, 7));
  }
}
