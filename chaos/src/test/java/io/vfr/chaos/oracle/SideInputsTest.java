package io.vfr.chaos.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.SentimentObservation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The as-of rules, with figures worked out by hand. */
class SideInputsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long QUARTER_HOUR = Duration.ofMinutes(15).toMillis();

  /** Midnight, the beginning of a hop. */
  private static final long T = 20_000 * DAY;

  private final SideInputs sides = new SideInputs();

  private void report(long knownAt, long periodEnd, double pe) {
    sides.add(new Fundamentals("A", knownAt, periodEnd, Map.of("pe_ratio", pe)));
  }

  private void said(long ts, String source, double sentiment, double confidence, int mentions) {
    sides.add(new SentimentObservation("A", ts, source, sentiment, confidence, mentions));
  }

  @Test
  void fundamentals_newestPeriodThenNewestKnownAt_neverBeforeItIsKnown() {
    report(T, T - 30 * DAY, 10);
    report(T + 10 * DAY, T + 5 * DAY, 20);
    // Restates the first period after the second is known, and the second once more.
    report(T + 12 * DAY, T - 30 * DAY, 11);
    report(T + 20 * DAY, T + 5 * DAY, 21);

    assertThat(sides.at("A", T - 1)).doesNotContainKey("pe_ratio");
    assertThat(sides.at("A", T)).containsEntry("pe_ratio", 10.0);
    assertThat(sides.at("A", T)).containsEntry("fundamentals_age_days", 0.0);
    assertThat(sides.at("A", T + 10 * DAY - 1)).containsEntry("pe_ratio", 10.0);
    assertThat(sides.at("A", T + 10 * DAY)).containsEntry("pe_ratio", 20.0);
    assertThat(sides.at("A", T + 13 * DAY)).containsEntry("pe_ratio", 20.0);
    assertThat(sides.at("A", T + 13 * DAY)).containsEntry("fundamentals_age_days", 3.0);
    assertThat(sides.at("A", T + 21 * DAY)).containsEntry("pe_ratio", 21.0);
    assertThat(sides.at("B", T + 21 * DAY)).doesNotContainKey("pe_ratio");
  }

  @Test
  void macro_newestAtOrBefore_andTheYieldCurve() {
    sides.add(new MacroValue("dgs10", T, 4.5));
    sides.add(new MacroValue("dgs2", T + 1, 4.0));
    sides.add(new MacroValue("dgs10", T + DAY, 4.25));

    assertThat(sides.at("A", T)).containsEntry("dgs10", 4.5).doesNotContainKey("dgs2");
    assertThat(sides.at("A", T)).doesNotContainKey("yield_curve_10y_2y");
    assertThat(sides.at("A", T + 1)).containsEntry("yield_curve_10y_2y", 0.5);
    assertThat(sides.at("A", T + DAY)).containsEntry("yield_curve_10y_2y", 0.25);
  }

  @Test
  void sentiment_weightedOverTheWindow_andWithoutDataNeutral() {
    said(T - DAY + QUARTER_HOUR - 1, "news", 1.0, 1.0, 1);
    said(T - DAY + QUARTER_HOUR, "news", 0.8, 0.5, 4);
    said(T + 1, "news", 0.2, 1.0, 6);
    said(T + 3, "news", 0.0, 1.0, 100);

    // The hop that begins at T: from T + 15 min − 24 h on, of that hop what is known at T + 2.
    Map<String, Double> at = sides.at("A", T + 2);

    assertThat(at.get("news_sentiment")).isCloseTo((2 * 0.8 + 6 * 0.2) / 8, within(1e-15));
    assertThat(at.get("news_confidence")).isCloseTo((2 * 0.5 + 6 * 1.0) / 8, within(1e-15));
    assertThat(at).containsEntry("news_mentions", 10.0);
    assertThat(at).containsEntry("reddit_sentiment", 0.5).containsEntry("reddit_confidence", 0.1);
    assertThat(at).containsEntry("reddit_mentions", 0.0);
    double combined = 0.7 * 0.35 + 0.3 * 0.5;
    assertThat(at.get("combined_sentiment")).isCloseTo(combined, within(1e-15));
    // One window earlier: both of the first observations, none of this hop.
    double before = 0.7 * ((1 * 1.0 + 2 * 0.8) / 3) + 0.3 * 0.5;
    assertThat(at.get("sentiment_momentum")).isCloseTo(combined - before, within(1e-15));
    assertThat(at.get("sentiment_age_minutes")).isCloseTo(1 / 60_000.0, within(1e-15));
  }

  @Test
  void sentiment_theSameTwice_countsOnce() {
    said(T, "reddit", 0.9, 0.5, 3);
    said(T, "reddit", 0.9, 0.5, 3);

    assertThat(sides.at("A", T)).containsEntry("reddit_mentions", 3.0);
  }
}
