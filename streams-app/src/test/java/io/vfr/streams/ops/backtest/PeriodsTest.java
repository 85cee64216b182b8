package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PeriodsTest {
  @Test
  void quartersAndYears_areRangesOfRows() {
    Rows rows =
        new TestRows("A")
            .add("2015-03-31", "A", 0, 0)
            .add("2015-04-01", "A", 0, 0)
            .add("2015-06-30", "A", 0, 0)
            .add("2016-12-31", "A", 0, 0)
            .rows();
    assertThat(Period.quarters(rows))
        .containsExactly(
            new Period("2015Q1", 0, 1), new Period("2015Q2", 1, 3), new Period("2016Q4", 3, 4));
    assertThat(Period.years(rows))
        .containsExactly(new Period("2015", 0, 3), new Period("2016", 3, 4));
  }

  @Test
  void window_holdsItsFirstAndLastDay() {
    Window window = new Window(LocalDate.parse("2015-01-01"), LocalDate.parse("2016-12-31"));
    assertThat(window.holds(TestRows.millis("2015-01-01"))).isTrue();
    assertThat(window.holds(TestRows.millis("2015-01-01") - 1)).isFalse();
    assertThat(window.holds(TestRows.millis("2017-01-01") - 1)).isTrue();
    assertThat(window.holds(TestRows.millis("2017-01-01"))).isFalse();
    assertThat(new Window(null, null).holds(0)).isTrue();
    assertThatThrownBy(
            () -> new Window(LocalDate.parse("2016-01-02"), LocalDate.parse("2016-01-01")))
        .hasMessageContaining("2016-01-01 must not be before the first, 2016-01-02");
  }

  @Test
  void timeSeries_putOutOfOrder_isInOrder() {
    TimeSeries series = new TimeSeries();
    for (int i = 39; i >= 0; i--) {
      series.put(10L * i, i);
    }
    series.put(50, 99);
    assertThat(series.size()).isEqualTo(40);
    assertThat(series.get(50)).isEqualTo(99);
    assertThat(series.get(51)).isNaN();
    assertThat(series.next(50)).isEqualTo(6);
    assertThat(series.next(51)).isEqualTo(6);
    assertThat(series.next(390)).isNaN();
    assertThat(series.has(380)).isTrue();
    assertThat(series.has(385)).isFalse();
  }
}
