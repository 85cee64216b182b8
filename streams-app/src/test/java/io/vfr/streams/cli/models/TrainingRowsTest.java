package io.vfr.streams.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.streams.features.window.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRowsTest {
  private static final long SEED = 3;
  private static final List<String> NAMES =
      List.of(
          "momentum_1d",
          "volatility_20d",
          "sma_50_distance",
          "vix",
          "yield_curve_10y_2y",
          "pe_ratio");
  @TempDir private Path temp;
  private MacroHistory macro;
  private FundamentalsHistory fundamentals;

  @BeforeEach
  void readSideInputs() throws IOException {
    Path macroFile = temp.resolve("macro.csv");
    Files.writeString(
        macroFile,
        """
        series,ts,value
        vix,2014-02-03,15
        vix,2014-02-10,20
        vix,2014-02-12,
        dgs10,2014-02-03,3
        dgs2,2014-02-05,0.5
        """);
    macro = MacroHistory.read(macroFile);
    Path fundamentalsFile = temp.resolve("fundamentals.csv");
    Files.writeString(
        fundamentalsFile,
        """
        symbol,knownAt,periodEnd,pe_ratio
        A,2014-02-03,2013-12-31,10
        A,2014-02-06,2013-09-30,99
        A,2014-02-10,2013-12-31,12
        A,2014-02-11,2014-01-31,
        B,2014-02-01,2014-01-31,7
        """);
    fundamentals = FundamentalsHistory.read(fundamentalsFile);
  }

  private static List<Bar> bars(int count) {
    Random random = new Random(SEED);
    List<Bar> bars = new ArrayList<>();
    LocalDate day = LocalDate.parse("2014-01-06");
    double close = 100;
    for (int i = 0; i < count; i++) {
      close *= Math.exp(0.01 * random.nextGaussian());
      long ts = day.plusDays(i).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      bars.add(new Bar(ts, close, close * 1.01, close * 0.99, close, 1000, Double.NaN));
    }
    return bars;
  }

  private List<TrainingRows.Row> rows(List<Bar> bars) {
    TrainingRows rows = new TrainingRows(NAMES, macro, fundamentals);
    rows.add("A", bars);
    return rows.rows();
  }

  private static double feature(List<TrainingRows.Row> rows, String day, String name) {
    return rows.stream()
        .filter(row -> row.day().equals(LocalDate.parse(day)))
        .findFirst()
        .orElseThrow()
        .features()[NAMES.indexOf(name)];
  }

  @Test
  void add_macroAndFundamentals_areThoseKnownOnTheDay() {
    List<TrainingRows.Row> rows = rows(bars(60));
    assertThat(feature(rows, "2014-02-02", "vix")).isNaN();
    assertThat(feature(rows, "2014-02-03", "vix")).isEqualTo(15);
    assertThat(feature(rows, "2014-02-09", "vix")).isEqualTo(15);
    assertThat(feature(rows, "2014-02-13", "vix")).isEqualTo(20);
    assertThat(feature(rows, "2014-02-04", "yield_curve_10y_2y")).isNaN();
    assertThat(feature(rows, "2014-02-05", "yield_curve_10y_2y")).isEqualTo(2.5);
    assertThat(feature(rows, "2014-02-02", "pe_ratio")).isNaN();
    assertThat(feature(rows, "2014-02-03", "pe_ratio")).isEqualTo(10);
    assertThat(feature(rows, "2014-02-07", "pe_ratio")).as("an older period").isEqualTo(10);
    assertThat(feature(rows, "2014-02-10", "pe_ratio")).as("a restatement").isEqualTo(12);
    assertThat(feature(rows, "2014-02-11", "pe_ratio")).as("a newer period without it").isNaN();
  }

  @Test
  void add_target_isTheReturnToTheNextBar() {
    List<Bar> bars = bars(60);
    List<TrainingRows.Row> rows = rows(bars);
    // The first vector with a volatility is that of bar 21; the last bar has no next one.
    assertThat(rows).hasSize(60 - 20 - 1);
    TrainingRows.Row first = rows.getFirst();
    assertThat(first.realized())
        .isCloseTo(bars.get(21).close() / bars.get(20).close() - 1, within(1e-12));
    assertThat(first.standardized()).isCloseTo(first.realized() / first.sigma(), within(1e-12));
    assertThat(first.features()[NAMES.indexOf("volatility_20d")]).isEqualTo(first.sigma());
  }

  @Test
  void add_otherFuture_changesNoFeatureOfThePast() {
    List<Bar> bars = bars(120);
    List<Bar> crashed = new ArrayList<>(bars);
    for (int i = 80; i < crashed.size(); i++) {
      Bar bar = crashed.get(i);
      crashed.set(i, new Bar(bar.startMillis(), 1, 2, 0.5, 1 + i / 1000.0, 9e9, Double.NaN));
    }
    List<TrainingRows.Row> before = rows(bars);
    List<TrainingRows.Row> after = rows(crashed);
    // Bar 79 is row 59.
    for (int r = 0; r <= 59; r++) {
      assertThat(after.get(r).features()).as("row %d", r).isEqualTo(before.get(r).features());
    }
    assertThat(after.get(59).realized()).isNotEqualTo(before.get(59).realized());
    assertThat(after.get(60).features()).isNotEqualTo(before.get(60).features());
  }

  @Test
  void add_longGap_isNoTarget() {
    List<Bar> bars = new ArrayList<>(bars(60));
    bars.subList(30, 40).clear();
    assertThat(rows(bars))
        .hasSize(50 - 20 - 1 - 1)
        .allMatch(row -> !row.nextDay().isAfter(row.day().plusDays(7)));
  }
}
