package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarketSimulatorTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 28);

  @Test
  void history_sameSeed_sameBytes() {
    MarketConfig config = MarketConfig.defaults(7, TODAY);

    assertThat(digest(config)).isEqualTo(digest(config));
  }

  @Test
  void history_otherSeed_otherBytes() {
    assertThat(digest(MarketConfig.defaults(7, TODAY)))
        .isNotEqualTo(digest(MarketConfig.defaults(8, TODAY)));
  }

  @Test
  void history_moreCompanies_leavesPricesOfOthersAsTheyWere() {
    MarketHistory few = MarketHistory.of(new MarketConfig(3, 40, 5, TODAY, 0.1));
    MarketHistory many = MarketHistory.of(new MarketConfig(12, 40, 5, TODAY, 0.1));

    assertThat(many.bars()).containsAllEntriesOf(few.bars());
  }

  @Test
  void history_defaults_barsOfEverySymbolUntilYesterdayOnWeekdaysOnly() {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(1, TODAY));

    assertThat(history.bars()).hasSize(28);
    assertThat(history.bars().keySet())
        .allMatch(symbol -> symbol.startsWith("SIM-"))
        .allMatch(symbol -> symbol.matches("[A-Za-z0-9.^=_-]{1,32}"))
        .allMatch(Bounds::isSymbol);
    for (List<PriceBar> bars : history.bars().values()) {
      assertThat(bars).hasSize(320);
      assertThat(date(bars.getLast().ts())).isEqualTo(TODAY.minusDays(1));
      long previous = 0;
      for (PriceBar bar : bars) {
        LocalDate day = date(bar.ts());
        assertThat(bar.ts()).isEqualTo(TradingCalendar.startMillis(day)).isGreaterThan(previous);
        assertThat(day.getDayOfWeek()).isNotIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        previous = bar.ts();
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void history_anySeed_barsAreValidAndRangesFitVolatility(long seed) {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(seed, TODAY));
    for (Map.Entry<String, List<PriceBar>> entry : history.bars().entrySet()) {
      double rangeSquares = 0;
      double returnSquares = 0;
      for (PriceBar bar : entry.getValue()) {
        assertThat(bar.low()).isPositive();
        assertThat(bar.open()).isBetween(bar.low(), bar.high());
        assertThat(bar.close()).isBetween(bar.low(), bar.high());
        assertThat(bar.volume()).isPositive().isEqualTo(Math.rint(bar.volume()));
        rangeSquares += Math.pow(Math.log(bar.high() / bar.low()), 2);
        returnSquares += Math.pow(Math.log(bar.close() / bar.open()), 2);
      }
      // Parkinson: of a random walk the mean squared range is 4 ln 2 = 2.77 times the variance; of
      // one sampled at 26 points and with fat-tailed days somewhat less.
      assertThat(rangeSquares / returnSquares).as(entry.getKey()).isBetween(1.5, 4.0);
    }
  }

  @Test
  void history_order_sideInputsOfAMomentBeforeItsPrices() {
    Iterator<FeedRecord> records = new MarketSimulator(MarketConfig.defaults(3, TODAY)).history();
    long previous = Long.MIN_VALUE;
    boolean pricesBegun = false;
    int prices = 0;
    while (records.hasNext()) {
      FeedRecord next = records.next();
      assertThat(next.eventTimeMillis()).isGreaterThanOrEqualTo(previous);
      if (next.eventTimeMillis() > previous) {
        pricesBegun = false;
      }
      assertThat(pricesBegun && !next.isPrice()).as("side input after a price").isFalse();
      pricesBegun |= next.isPrice();
      prices += next.isPrice() ? 1 : 0;
      previous = next.eventTimeMillis();
    }
    assertThat(prices).isEqualTo(28 * 320);
    assertThat(previous).isLessThan(TradingCalendar.startMillis(TODAY));
  }

  @Test
  void fundamentals_anyCompany_knownAfterPeriodEndAndConsistentWithPrice() {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(2, TODAY));
    Map<String, TreeMap<Long, Double>> closes = new HashMap<>();
    history
        .bars()
        .forEach((symbol, bars) -> {
          TreeMap<Long, Double> series = new TreeMap<>();
          bars.forEach(bar -> series.put(bar.ts(), bar.close()));
          closes.put(symbol, series);
        });
    int checked = 0;
    for (Fundamentals report : history.fundamentals()) {
      Map<String, Double> values = report.values();
      assertThat(report.knownAt()).isGreaterThan(report.periodEnd() + 15L * 86_400_000);
      assertThat(values)
          .containsKeys("eps", "book_value", "market_cap", "ebitda", "ps_ratio", "pb_ratio");
      assertThat(CompanyReports.FEATURES).containsAll(values.keySet());
      Map.Entry<Long, Double> close =
          closes.getOrDefault(report.symbol(), new TreeMap<>()).floorEntry(report.knownAt());
      if (close != null && values.containsKey("pe_ratio")) {
        double price = close.getValue();
        assertThat(value(values, "pe_ratio") * value(values, "eps"))
            .isCloseTo(price, within(0.02 * price));
        assertThat(value(values, "pb_ratio") * value(values, "book_value"))
            .isCloseTo(price, within(0.02 * price));
        checked++;
      }
      assertThat(values.containsKey("pe_ratio")).isEqualTo(value(values, "eps") > 0);
    }
    assertThat(checked).isGreaterThan(28 * 3);
  }

  @Test
  void fundamentals_firstBar_alreadyKnownForEveryCompany() {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(2, TODAY));
    Set<String> known = new HashSet<>();
    for (MarketEvent event : history.events()) {
      if (event instanceof MarketEvent.Known(var report)) {
        known.add(report.symbol());
      } else if (event instanceof MarketEvent.Priced(var price)) {
        assertThat(known).contains(price.symbol());
      }
    }
  }

  @Test
  void fundamentals_someYears_restatePeriodsLater() {
    MarketHistory history = MarketHistory.of(new MarketConfig(28, 1000, 2, TODAY, 0.15));
    Map<String, Long> firstKnown = new HashMap<>();
    int restated = 0;
    for (Fundamentals report : history.fundamentals()) {
      Long first =
          firstKnown.putIfAbsent(report.symbol() + "@" + report.periodEnd(), report.knownAt());
      if (first != null) {
        assertThat(report.knownAt()).isGreaterThan(first);
        restated++;
      }
    }
    assertThat((double) restated / firstKnown.size())
        .isBetween(CompanyReports.RESTATEMENT_CHANCE / 2, CompanyReports.RESTATEMENT_CHANCE * 2);
  }

  @Test
  void sentiment_history_isSpreadOverHoursAndKnowsTwoSources() {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(4, TODAY));
    Map<String, Integer> sources = new HashMap<>();
    Map<Long, Integer> moments = new HashMap<>();
    double mentions = 0;
    for (SentimentObservation said : history.sentiment()) {
      sources.merge(said.source(), 1, Integer::sum);
      moments.merge(said.ts(), 1, Integer::sum);
      mentions += said.mentions();
    }
    assertThat(sources).containsOnlyKeys("news", "reddit");
    assertThat(sources.values()).allMatch(n -> n > 28 * 320 / 2);
    assertThat(moments.values()).allMatch(n -> n < 20);
    assertThat(mentions / history.sentiment().size()).isBetween(2.0, 30.0);
  }

  @Test
  void macro_history_hasEverySeriesKnownBeforeTheFirstBar() {
    MarketHistory history = MarketHistory.of(MarketConfig.defaults(4, TODAY));
    long firstBar = history.bars().values().iterator().next().getFirst().ts();

    assertThat(history.macro()).containsOnlyKeys("vix", "dgs2", "dgs10", "fedfunds", "benchmark");
    history
        .macro()
        .forEach((series, values) -> {
          assertThat(values.getFirst().ts()).as(series).isLessThanOrEqualTo(firstBar);
          assertThat(values).extracting(MacroValue::value).allMatch(v -> v > 0);
        });
    assertThat(history.macro().getOrDefault("benchmark", List.of())).hasSize(320);
  }

  @ParameterizedTest(name = "today {0} follows bar {1}")
  @CsvSource({
    "2026-01-28, 2026-01-27", "2026-02-02, 2026-01-30",
    "2026-02-01, 2026-01-30", "2026-01-31, 2026-01-30"
  })
  void history_anyWeekday_endsWithTheTradingDayBefore(LocalDate today, LocalDate last) {
    MarketHistory history = MarketHistory.of(new MarketConfig(2, 11, 1, today, 0));

    assertThat(history.bars().values())
        .allSatisfy(bars -> {
          assertThat(bars).hasSize(11);
          assertThat(date(bars.getLast().ts())).isEqualTo(last);
        });
  }

  @Test
  void live_historyUnread_throws() {
    MarketSimulator market = new MarketSimulator(MarketConfig.defaults(1, TODAY));
    Clock clock = Clock.fixed(Instant.parse("2026-01-28T10:00:00Z"), ZoneOffset.UTC);

    assertThatThrownBy(() -> market.live(clock, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("history()");
  }

  @Test
  void config_outOfBounds_saysWhatIsAllowed() {
    assertThatThrownBy(() -> new MarketConfig(0, 10, 1, TODAY, 0))
        .hasMessage("symbols must be between 1 and 200000, got 0");
    assertThatThrownBy(() -> new MarketConfig(1, 8001, 1, TODAY, 0))
        .hasMessage("days must be between 1 and 8000, got 8001");
    assertThatThrownBy(() -> new MarketConfig(1, 10, 1, TODAY, Double.NaN))
        .hasMessage("leadCoefficient must be between -1 and 1, got NaN");
    assertThatThrownBy(() -> new MarketConfig(1, 8000, 1, LocalDate.of(2010, 1, 4), 0))
        .hasMessageContaining("must begin on or after 1991-01-01");
  }

  private static double value(Map<String, Double> values, String name) {
    return values.getOrDefault(name, Double.NaN);
  }

  private static LocalDate date(long millis) {
    return Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static String digest(MarketConfig config) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    MarketSimulator market = new MarketSimulator(config);
    Iterator<FeedRecord> records = market.history();
    while (records.hasNext()) {
      add(digest, records.next());
    }
    SteppingClock clock = new SteppingClock(Instant.parse("2026-01-28T10:00:00Z"));
    LiveMarket live = market.live(clock, 100);
    for (int i = 0; i < 2000; i++) {
      add(digest, live.next());
      clock.advanceMillis(7);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, FeedRecord next) {
    digest.update(next.topic().getBytes(StandardCharsets.UTF_8));
    digest.update(next.key().getBytes(StandardCharsets.UTF_8));
    digest.update(next.value());
  }
}
