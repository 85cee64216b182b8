package io.vfr.models.conformal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class AdaptiveConformalTest {
  private static final double[] NORMAL_DECILES = {
    0.13, 0.25, 0.39, 0.52, 0.67, 0.84, 1.04, 1.28, 1.64, 2.6
  };
  private static final int SYMBOLS = 50;

  private static AdaptiveConformal fresh() {
    return new AdaptiveConformal(0.9, NORMAL_DECILES, 400);
  }

  /**
   * The share of outcomes inside, bars from..to, where outcomes of a bar have a scale of its own.
   */
  private static double coverage(
      AdaptiveConformal intervals, Random random, IntToDoubleFunction scale, int from, int to) {
    int inside = 0;
    int count = 0;
    for (int bar = 0; bar < to; bar++) {
      double stated = intervals.halfWidth();
      for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        double score = Math.abs(random.nextGaussian()) * scale.applyAsDouble(bar);
        intervals.observe(bar, score, score <= stated);
        if (bar >= from) {
          inside += score <= stated ? 1 : 0;
          count++;
        }
      }
    }
    return (double) inside / count;
  }

  @Test
  void halfWidth_beforeAnyOutcome_isThePriorsQuantile() {
    double[] scores = new double[1000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = 4.0 * i / scores.length;
    }
    assertThat(new AdaptiveConformal(0.75, scores, 10).halfWidth()).isEqualTo(3.0, within(0.01));
  }

  @Test
  void coverage_stationaryNormalScores_isNominalAndTheWidthIsTheNormalQuantile() {
    AdaptiveConformal intervals = fresh();
    assertThat(coverage(intervals, new Random(1), bar -> 1, 100, 1000)).isBetween(0.89, 0.91);
    assertThat(intervals.halfWidth()).isBetween(1.4, 1.9);
  }

  @Test
  void coverage_scaleThatTriplesAtOnce_comesBackToNominalWhereAFixedWidthWouldNot() {
    assertThat(coverage(fresh(), new Random(2), bar -> bar < 300 ? 1 : 3, 300, 500))
        .isBetween(0.86, 0.92);
  }

  @Test
  void coverage_scaleThatAlternates_isNominalOverTime() {
    IntToDoubleFunction waves = bar -> 1 + 0.8 * Math.sin(bar / 15.0);
    assertThat(coverage(fresh(), new Random(3), waves, 100, 2000)).isBetween(0.885, 0.915);
  }

  @Test
  void level_manyMisses_widensAndManyHits_narrow() {
    AdaptiveConformal missing = fresh();
    AdaptiveConformal hitting = fresh();
    for (int bar = 0; bar < 5; bar++) {
      missing.observe(bar, 1, false);
      hitting.observe(bar, 1, true);
    }
    assertThat(missing.level()).isLessThan(0.1);
    assertThat(hitting.level()).isGreaterThan(0.1);
    assertThat(missing.halfWidth()).isGreaterThan(hitting.halfWidth()).isFinite();
  }

  @Test
  void read_whatWasWritten_goesOnBitByBit() {
    AdaptiveConformal lived = fresh();
    coverage(lived, new Random(4), bar -> 1.3, 0, 57);
    lived.observe(57, 0.4, true);
    ByteBuffer bytes = ByteBuffer.allocate(AdaptiveConformal.BYTES);
    lived.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    AdaptiveConformal restored = AdaptiveConformal.read(bytes.flip(), 0.9);

    for (int bar = 57; bar < 90; bar++) {
      assertThat(restored.halfWidth()).isEqualTo(lived.halfWidth());
      assertThat(restored.level()).isEqualTo(lived.level());
      lived.observe(bar, bar % 3, bar % 3 < 2);
      restored.observe(bar, bar % 3, bar % 3 < 2);
    }
  }

  @Test
  void read_anotherCoverage_startsItsOwnLevel() {
    AdaptiveConformal lived = fresh();
    coverage(lived, new Random(5), bar -> 1, 0, 200);
    ByteBuffer bytes = ByteBuffer.allocate(AdaptiveConformal.BYTES);
    lived.write(bytes);

    AdaptiveConformal half = AdaptiveConformal.read(bytes.flip(), 0.5);
    assertThat(half.level()).isEqualTo(0.5);
    assertThat(half.halfWidth()).isBetween(0.55, 0.8);
  }

  @Test
  void observe_whatIsNoScore_isRefused() {
    assertThatThrownBy(() -> fresh().observe(0, Double.NaN, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> fresh().observe(0, -1, true))
        .isInstanceOf(IllegalArgumentException.class);
    AdaptiveConformal huge = fresh();
    huge.observe(0, Double.POSITIVE_INFINITY, false);
    assertThat(huge.halfWidth()).isFinite();
  }
}
