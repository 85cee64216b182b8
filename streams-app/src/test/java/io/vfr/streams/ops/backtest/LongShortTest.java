package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LongShortTest {
  private static final Offset<Double> TOLERANCE = within(1e-12);
  private static final String[] NAMES = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"};

  @Test
  void of_threeDays_matchesTheFiguresByHand() {
    TestRows rows = new TestRows(NAMES);
    // Day 1 long J, short A; day 2 the same; day 3 long A, short J.
    day(rows, "2015-01-05", 1, 0.01, 0.03);
    day(rows, "2015-01-06", 1, 0.02, -0.02);
    day(rows, "2015-01-07", -1, 0.00, 0.01);
    Rows made = rows.rows();
    LongShort found = LongShort.of(made, made.expected(), 0, made.size(), 100);
    assertThat(found.bars()).isEqualTo(3);
    // Bought and sold: 2 at first, nothing, then 2 on each side.
    assertThat(found.meanTurnover()).isEqualTo((2 + 0 + 4) / 3.0, TOLERANCE);
    double[] gross = {0.02, -0.04, -0.01};
    double[] net = {0.02 - 0.02, -0.04, -0.01 - 0.04};
    assertThat(found.grossTotal())
        .isEqualTo((1 + gross[0]) * (1 + gross[1]) * (1 + gross[2]) - 1, TOLERANCE);
    assertThat(found.netTotal())
        .isEqualTo((1 + net[0]) * (1 + net[1]) * (1 + net[2]) - 1, TOLERANCE);
    assertThat(found.netMean()).isEqualTo((net[0] + net[1] + net[2]) / 3, TOLERANCE);
    assertThat(found.drawdownMax()).isEqualTo(1 - 0.96 * 0.95, TOLERANCE);
    assertThat(found.curve()).hasSize(3);
    assertThat(found.curve().getLast().bar()).isEqualTo(TestRows.millis("2015-01-07"));
    assertThat(found.curve().getLast().net()).isEqualTo(0.96 * 0.95, TOLERANCE);
  }

  @Test
  void of_fewerThanTenSymbols_holdsNothing() {
    TestRows rows = new TestRows(NAMES);
    for (int i = 0; i < 9; i++) {
      rows.add("2015-01-05", NAMES[i], i, 0.5);
    }
    Rows made = rows.rows();
    LongShort found = LongShort.of(made, made.expected(), 0, made.size(), 5);
    assertThat(found.bars()).isZero();
    assertThat(found.netTotal()).isNull();
    assertThat(found.curve()).isEmpty();
  }

  /** Ten symbols, forecasts rising from A to J or falling; A and J come out as given. */
  private static void day(TestRows rows, String day, int rising, double cameA, double cameJ) {
    for (int i = 0; i < NAMES.length; i++) {
      double came = i == 0 ? cameA : i == 9 ? cameJ : 0.5;
      rows.add(day, NAMES[i], rising * (i + 1), came);
    }
  }
}
