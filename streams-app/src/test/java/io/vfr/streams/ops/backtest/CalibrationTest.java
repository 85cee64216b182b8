package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);

  @Test
  void coverage_bothEndsAreInside() {
    Rows rows =
        new TestRows("A")
            .add("2015-01-05", "A", 0, 0.25, 0.25, 0.02, 0.5)
            .add("2015-01-06", "A", 0, -0.25, 0.25, 0.02, 0.5)
            .add("2015-01-07", "A", 0, 0.2500001, 0.25, 0.02, 0.5)
            .add("2015-01-08", "A", 0, 0, 0.75, 0.02, 0.5)
            .add("2015-01-09", "A", 0, 0, Double.NaN, 0.02, 0.5)
            .rows();
    assertThat(Coverage.of(rows, 0, 5, row -> true)).isEqualTo(new Coverage(4, 3, 0.75, 0.375));
    assertThat(Coverage.of(rows, 2, 3, row -> true)).isEqualTo(new Coverage(1, 0, 0.0, 0.25));
    assertThat(Coverage.of(rows, 0, 5, row -> row == 3)).isEqualTo(new Coverage(1, 1, 1.0, 0.75));
    assertThat(Coverage.of(rows, 4, 5, row -> true)).isEqualTo(new Coverage(0, 0, null, null));
  }

  @Test
  void calibrated_threeRows_matchTheFiguresByHand() {
    // The band is 0.5 · 0.02: up, neutral, down.
    Rows rows =
        new TestRows("A", "B", "C")
            .add("2015-01-05", "A", 0, 0.011, 0.1, 0.02, 0.8)
            .add("2015-01-05", "B", 0, 0.010, 0.1, 0.02, 0.6)
            .add("2015-01-05", "C", 0, -0.02, 0.1, 0.02, 0.2)
            .rows();
    Calibrated found = Calibrated.of(rows, 0, 3, 0.5);
    assertThat(found.rows()).isEqualTo(3);
    assertThat(found.bins())
        .containsExactly(
            new Calibrated.Bin(1, 0.2, 0),
            new Calibrated.Bin(1, 0.6, 0),
            new Calibrated.Bin(1, 0.8, 1));
    assertThat(found.meanError()).isEqualTo((0.2 + 0.6 + 0.2) / 3, TOLERANCE);
    // (0.1, 0.1, 0.8) up; (0.2, 0.2, 0.6) neutral; (0.4, 0.4, 0.2) down.
    double up = 0.01 + 0.01 + 0.04;
    double neutral = 0.04 + 0.64 + 0.36;
    double down = 0.36 + 0.16 + 0.04;
    assertThat(found.brier()).isEqualTo((up + neutral + down) / 3, TOLERANCE);
    assertThat(found.brierBaseRates()).isEqualTo(2 / 3.0, TOLERANCE);
  }

  @Test
  void calibrated_bins_holdEquallyMany() {
    TestRows rows = new TestRows("A");
    for (int i = 0; i < 25; i++) {
      rows.add("2015-01-05", "A", 0, 1, 0.1, 0.02, (24 - i) / 25.0);
    }
    Calibrated found = Calibrated.of(rows.rows(), 0, 25, 0.5);
    assertThat(found.bins()).extracting(Calibrated.Bin::rows).containsOnly(2, 3).hasSize(10);
    assertThat(found.bins()).extracting(Calibrated.Bin::stated).isSorted();
    assertThat(found.bins()).extracting(Calibrated.Bin::came).containsOnly(1.0);
  }

  @Test
  void calibrated_unknownVolatility_isLeftOut() {
    Rows rows = new TestRows("A").add("2015-01-05", "A", 0, 1, 0.1, Double.NaN, 0.5).rows();
    Calibrated found = Calibrated.of(rows, 0, 1, 0.5);
    assertThat(found.rows()).isZero();
    assertThat(found.brier()).isNull();
    assertThat(found.bins()).isEmpty();
  }
}
