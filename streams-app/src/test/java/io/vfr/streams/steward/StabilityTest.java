package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.manifest.FeatureDistribution;
import org.junit.jupiter.api.Test;

class StabilityTest {
  /** A tenth is missing; the rest lies 1 : 3 around 0. */
  private final FeatureDistribution reference =
      new FeatureDistribution(new double[] {0}, new double[] {0.25, 0.75}, 0.1);

  @Test
  void index_theSameDistribution_isZero() {
    assertThat(Stability.index(reference, 1_000_000, new double[] {225_000, 675_000, 100_000}))
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void index_anotherDistribution_isTheSumOverItsBins() {
    double index = Stability.index(reference, 1_000_000_000, new double[] {5e8, 4e8, 1e8});
    double byHand = (0.5 - 0.225) * Math.log(0.5 / 0.225) + (0.4 - 0.675) * Math.log(0.4 / 0.675);
    assertThat(index).isCloseTo(byHand, within(1e-6));
  }

  @Test
  void index_valuesThatAreNowMissing_areAShift() {
    assertThat(Stability.index(reference, 100_000, new double[] {0, 0, 1000}))
        .isGreaterThan(2)
        .isFinite();
  }

  @Test
  void index_countsOfOtherBins_areRefused() {
    assertThatThrownBy(() -> Stability.index(reference, 10, new double[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 counts; the reference has 3 bins, missing included");
  }
}
