package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SkillTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);
  private static final String[] NAMES = {"A", "B", "C", "D", "E"};

  @Test
  void returns_twoDays_matchTheFiguresByHand() {
    TestRows rows = new TestRows(NAMES);
    double[] came1 = {-0.02, -0.01, 0, 0.01, 0.02};
    double[] came2 = {0.01, 0.02, 0.03, 0.05, 0.04};
    for (int i = 0; i < 5; i++) {
      rows.add("2015-01-05", NAMES[i], 0.01 * (i + 1), came1[i]);
    }
    for (int i = 0; i < 5; i++) {
      rows.add("2015-01-06", NAMES[i], 0.01 * (i + 1), came2[i]);
    }
    ReturnSkill skill = measured(rows);
    assertThat(skill.rows()).isEqualTo(10);
    assertThat(skill.bars()).isEqualTo(2);
    // Correlations 1 and 1 − 6·2/(5·24) = 0.9.
    assertThat(skill.rankIc()).isEqualTo(0.95, TOLERANCE);
    assertThat(skill.rankIcT()).isEqualTo(19, within(1e-9));
    // Nine rows move; two of them down.
    assertThat(skill.hitRate()).isEqualTo(7 / 9.0, TOLERANCE);
    assertThat(skill.meanLoss()).isEqualTo((5 * 0.03 + 2 * 0.01) / 10, TOLERANCE);
    assertThat(skill.rmse()).isEqualTo(0.01 * Math.sqrt(47 / 10.0), TOLERANCE);
    assertThat(skill.rmseZero()).isEqualTo(0.01 * Math.sqrt(65 / 10.0), TOLERANCE);
    assertThat(skill.gain()).isEqualTo(1 - 47 / 65.0, TOLERANCE);
  }

  @Test
  void returns_forecastsThatAreNot_leaveRowsOut() {
    TestRows rows =
        new TestRows(NAMES)
            .add("2015-01-05", "A", Double.NaN, 0.5)
            .add("2015-01-05", "B", 0, 0.5)
            .add("2015-01-05", "C", 0.1, -0.1);
    ReturnSkill skill = measured(rows);
    assertThat(skill.rows()).isEqualTo(2);
    assertThat(skill.hitRate()).isZero();
    assertThat(skill.bars()).isZero();
    assertThat(skill.rankIc()).isNull();
    assertThat(skill.rankIcT()).isNull();
  }

  @Test
  void returns_symbolTwiceInABar_countsOnceInItsCrossSection() {
    TestRows rows = new TestRows(NAMES);
    // The first of the two A would turn the correlation around.
    rows.add("2015-01-05", "A", 0.09, 0.01).add("2015-01-05", "A", 0.01, 0.01);
    for (int i = 1; i < 5; i++) {
      rows.add("2015-01-05", NAMES[i], 0.01 * (i + 1), 0.01 * (i + 1));
    }
    ReturnSkill skill = measured(rows);
    assertThat(skill.rows()).isEqualTo(6);
    assertThat(skill.rankIc()).isEqualTo(1, TOLERANCE);
  }

  @Test
  void volatility_matchesTheFiguresByHand() {
    // Usual 0.02. Row 1: exact at 0.01 = r, better. Row 2: 0.04 for a move of 0.02, worse.
    Rows rows =
        new TestRows(NAMES)
            .add("2015-01-05", "A", 0.01, 0.01)
            .add("2015-01-06", "B", 0.04, -0.02)
            .rows();
    VolatilitySkill skill = VolatilitySkill.of(rows, rows.expected(), 0, 2);
    double loss1 = Math.log(0.01) + 0.5;
    double usual1 = Math.log(0.02) + 0.125;
    double loss2 = Math.log(0.04) + 0.125;
    double usual2 = Math.log(0.02) + 0.5;
    assertThat(skill.rows()).isEqualTo(2);
    assertThat(skill.hitRate()).isEqualTo(0.5, TOLERANCE);
    assertThat(skill.meanLoss()).isEqualTo((loss1 + loss2) / 2, TOLERANCE);
    assertThat(skill.meanLossUsual()).isEqualTo((usual1 + usual2) / 2, TOLERANCE);
    assertThat(skill.ratio()).isEqualTo((1 + 0.25) / 2, TOLERANCE);
    double gain1 = usual1 - loss1;
    double gain2 = usual2 - loss2;
    // Of two values t is their sum over their difference, without its sign.
    assertThat(skill.gainT()).isEqualTo((gain1 + gain2) / Math.abs(gain1 - gain2), within(1e-9));
    assertThat(skill.rankIc()).isNull();
  }

  @Test
  void volatility_rankIc_isWithTheSizeOfTheMove() {
    TestRows rows = new TestRows(NAMES);
    for (int i = 0; i < 5; i++) {
      rows.add("2015-01-05", NAMES[i], 0.01 * (i + 1), (i % 2 == 0 ? -1 : 1) * 0.02 * (i + 1));
    }
    Rows made = rows.rows();
    assertThat(VolatilitySkill.of(made, made.expected(), 0, 5).rankIc()).isEqualTo(1, TOLERANCE);
  }

  private static ReturnSkill measured(TestRows rows) {
    Rows made = rows.rows();
    return ReturnSkill.of(made, made.ensemble(), 0, made.size());
  }
}
