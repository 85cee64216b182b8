package io.vfr.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BettingTestTest {
  private static final double ALPHA = 0.05;

  /** Bars until the challenger is found worse; 0 if it never is. */
  private static int barsUntilWorse(Random random, double mean, double spread, int barsMax) {
    BettingTest test = BettingTest.START;
    for (int bar = 1; bar <= barsMax; bar++) {
      test = test.observe(Math.clamp(mean + spread * random.nextGaussian(), -1, 1));
      if (test.isWorse(ALPHA)) {
        return bar;
      }
    }
    return 0;
  }

  @Test
  void equallyGoodChallengers_lookedAtAfterEveryBar_areFoundWorseNoMoreOftenThanStated() {
    Random random = new Random(1);
    int alarms = 0;
    int runs = 2_000;
    for (int run = 0; run < runs; run++) {
      alarms += barsUntilWorse(random, 0, 0.1, 500) > 0 ? 1 : 0;
    }
    // Three standard errors above the stated level.
    assertThat(alarms / (double) runs)
        .isLessThan(ALPHA + 3 * Math.sqrt(ALPHA * (1 - ALPHA) / runs));
  }

  @Test
  void worseChallengers_areFound_andTheWorseTheSooner() {
    int little = 0;
    int much = 0;
    for (int seed = 0; seed < 50; seed++) {
      int a = barsUntilWorse(new Random(seed), 0.05, 0.1, 2_000);
      int b = barsUntilWorse(new Random(seed), 0.2, 0.1, 2_000);
      assertThat(a).as("seed %d", seed).isPositive();
      assertThat(b).as("seed %d", seed).isPositive();
      little += a;
      much += b;
    }
    assertThat(much).isLessThan(little / 2);
    assertThat(much / 50).isLessThan(20);
  }

  @Test
  void betterChallengers_areNeverFoundWorse() {
    for (int seed = 0; seed < 50; seed++) {
      assertThat(barsUntilWorse(new Random(seed), -0.05, 0.1, 2_000)).isZero();
    }
  }

  @Test
  void observe_firstBar_stakesNothing_andTheSecondWhatTheFirstTaught() {
    BettingTest one = BettingTest.START.observe(1);
    assertThat(one.evidence()).isEqualTo(1);
    // mean 1/2, second moment (1 + 1/20) / 2: Kelly's share 0.952, held at 0.9.
    assertThat(one.observe(1).evidence()).isEqualTo(1.9, within(1e-12));
  }

  @Test
  void observe_outOfRange_isRefused() {
    assertThatThrownBy(() -> BettingTest.START.observe(1.01))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BettingTest.START.observe(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
