package io.vfr.models.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.TestModels;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final double TOLERANCE = 1e-12;

  @Test
  void measure_twoDays_matchesTheFiguresByHand() {
    // Day 1: ranks equal, correlation 1. Day 2: ranks 1..5 against 1,2,3,5,4: 1 − 6·2/(5·24) = 0.9.
    long[] day = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    double[] forecast = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
    double[] realized = {-2, 1, -1, 2, 0, 3, 1, 5, 2, 4};
    ForecastScores scores = ForecastScores.measure(day, forecast, realized);
    assertThat(scores.days()).isEqualTo(2);
    assertThat(scores.rankIc()).isEqualTo(0.95, within(TOLERANCE));
    // Deviation of {1, 0.9} is 0.0707; over √2: 0.05.
    assertThat(scores.rankIcT()).isEqualTo(19, within(1e-9));
    // Nine rows move; two of them the other way.
    assertThat(scores.hitRate()).isEqualTo(7 / 9.0, within(TOLERANCE));
    assertThat(scores.rmse())
        .isEqualTo(Math.sqrt((5 * 9 + 0 + 0 + 0 + 1 + 1) / 10.0), within(TOLERANCE));
    assertThat(scores.rmseZero()).isEqualTo(Math.sqrt((10 + 55) / 10.0), within(TOLERANCE));
  }

  @Test
  void train_sameRowsTwice_givesTheSameBytes() {
    assertThat(TestModels.xgboost(5, 3)).isEqualTo(TestModels.xgboost(5, 3));
    assertThat(TestModels.lightGbm(5, 3)).isEqualTo(TestModels.lightGbm(5, 3));
  }
}
