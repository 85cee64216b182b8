package io.vfr.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  private static final double TOLERANCE = 1e-12;

  @Test
  void ranks_ties_shareTheirMean() {
    assertThat(RankCorrelation.ranks(new double[] {5, 1, 5, 0})).containsExactly(3.5, 2, 3.5, 1);
    assertThat(RankCorrelation.ranks(new double[] {0.0, -0.0, 1})).containsExactly(1.5, 1.5, 3);
  }

  @Test
  void spearman_withoutTies_isOneMinusSixSquaredDifferences() {
    // Ranks 1..5 against 1, 2, 3, 5, 4: 1 − 6·2 / (5·24).
    assertThat(
            RankCorrelation.spearman(
                new double[] {1, 2, 3, 4, 5}, new double[] {10, 20, 30, 500, 40}))
        .isEqualTo(0.9, within(TOLERANCE));
  }

  @Test
  void spearman_withTies_isPearsonOfTheMeanRanks() {
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4, less 2.5: products 2.25 + 0 + 0 + 2.25 over √(4.5·5).
    assertThat(RankCorrelation.spearman(new double[] {0, 7, 7, 9}, new double[] {1, 3, 2, 4}))
        .isEqualTo(4.5 / Math.sqrt(22.5), within(TOLERANCE));
  }

  @Test
  void spearman_oneDoesNotVary_isNaN() {
    assertThat(RankCorrelation.spearman(new double[] {2, 2, 2}, new double[] {1, 2, 3})).isNaN();
    assertThat(RankCorrelation.spearman(new double[0], new double[0])).isNaN();
  }

  @Test
  void spearman_whatCannotBeRanked_isRefused() {
    assertThatThrownBy(
            () -> RankCorrelation.spearman(new double[] {1, Double.NaN}, new double[] {1, 2}))
        .hasMessageContaining("NaN has no rank");
    assertThatThrownBy(() -> RankCorrelation.spearman(new double[1], new double[2]))
        .hasMessageContaining("1 values cannot be correlated with 2");
  }

  @Test
  void meanT_leavesNaNOutAndMatchesTheFiguresByHand() {
    // Mean 2, deviation 1, standard error 1/√3.
    MeanT found = MeanT.of(new double[] {1, Double.NaN, 2, 3});
    assertThat(found.mean()).isEqualTo(2, within(TOLERANCE));
    assertThat(found.t()).isEqualTo(2 * Math.sqrt(3), within(TOLERANCE));
    assertThat(found.count()).isEqualTo(3);
  }

  @Test
  void meanT_tooFewOrConstantValues_haveNoT() {
    assertThat(MeanT.of(new double[] {Double.NaN})).isEqualTo(new MeanT(Double.NaN, Double.NaN, 0));
    assertThat(MeanT.of(new double[] {4})).isEqualTo(new MeanT(4, Double.NaN, 1));
    assertThat(MeanT.of(new double[] {4, 4})).isEqualTo(new MeanT(4, Double.NaN, 2));
  }
}
