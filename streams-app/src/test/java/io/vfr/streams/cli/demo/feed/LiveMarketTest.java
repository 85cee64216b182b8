package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Topics;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveMarketTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 28);
  private static final Instant START = Instant.parse("2026-01-28T14:00:00Z");

  private final ObjectMapper json = new ObjectMapper();
  private final SteppingClock clock = new SteppingClock(START);

  @Test
  void next_firstEvents_areOneTickOfEverySymbol() {
    LiveMarket live = live(1, 100);
    Set<String> symbols = new HashSet<>();
    for (int i = 0; i < 28; i++) {
      FeedRecord next = live.next();
      assertThat(next.isPrice()).isTrue();
      symbols.add(next.key());
    }
    assertThat(symbols).hasSize(28);
  }

  @Test
  void next_clockThatStandsOrRunsBack_neverGivesAnEarlierTime() {
    LiveMarket live = live(1, 100);
    long previous = 0;
    for (int i = 0; i < 500; i++) {
      FeedRecord next = live.next();
      assertThat(next.eventTimeMillis()).isGreaterThanOrEqualTo(previous);
      previous = next.eventTimeMillis();
      clock.advanceMillis(i % 3 == 0 ? -5 : 3);
    }
    assertThat(previous).isGreaterThan(START.toEpochMilli());
  }

  @Test
  void due_tenSeconds_issuesTheRequestedRateEvenly() {
    LiveMarket live = live(1, 250);
    assertThat(live.due(100)).hasSize(1);
    clock.advanceMillis(10_000);
    List<FeedRecord> first = live.due(1_000);
    assertThat(first).hasSize(1_000);
    List<FeedRecord> rest = live.due(Integer.MAX_VALUE);

    assertThat(rest).hasSize(1_500);
    assertThat(live.due(10)).isEmpty();
    assertThat(live.issued()).isEqualTo(2_501);
    assertThat(first.getFirst().eventTimeMillis()).isEqualTo(START.toEpochMilli() + 4);
    assertThat(rest.getLast().eventTimeMillis()).isEqualTo(START.toEpochMilli() + 10_000);
  }

  @Test
  void due_oneMinute_mixesTicksSentimentAndMacro() {
    LiveMarket live = live(1, 500);
    clock.advanceMillis(60_000);
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Integer> ticks = new HashMap<>();
    Set<String> series = new HashSet<>();
    for (FeedRecord next : live.due(Integer.MAX_VALUE)) {
      counts.merge(next.topic(), 1, Integer::sum);
      if (next.isPrice()) {
        ticks.merge(next.key(), 1, Integer::sum);
      } else if (next.topic().equals(Topics.MACRO.name())) {
        series.add(next.key());
      }
    }
    assertThat(counts.getOrDefault(Topics.PRICES.name(), 0)).isBetween(28_000, 29_500);
    assertThat(counts.getOrDefault(Topics.SENTIMENT.name(), 0)).isBetween(700, 1_100);
    assertThat(counts.getOrDefault(Topics.MACRO.name(), 0)).isBetween(200, 400);
    assertThat(ticks).hasSize(28);
    assertThat(ticks.values()).allMatch(n -> n > 900);
    assertThat(series).containsExactlyInAnyOrder("vix", "benchmark");
  }

  @Test
  void ticks_oneSession_continueHistoryAndMoveAboutADaysVolatility() throws IOException {
    MarketSimulator market = new MarketSimulator(MarketConfig.defaults(5, TODAY));
    market.history().forEachRemaining(next -> {});
    Map<String, Stock> stocks = new HashMap<>();
    market.stocks().forEach(stock -> stocks.put(stock.company().symbol(), stock));
    LiveMarket live = market.live(clock, 200);
    clock.advanceMillis(LiveMarket.SESSION_MILLIS);
    Map<String, double[]> ranges = new HashMap<>();
    Map<String, Double> volumes = new HashMap<>();
    for (FeedRecord next : live.due(Integer.MAX_VALUE)) {
      if (next.isPrice()) {
        JsonNode tick = json.readTree(next.value());
        double price = tick.path("price").doubleValue();
        double[] range = ranges.computeIfAbsent(next.key(), _ -> new double[] {price, price});
        range[0] = Math.min(range[0], price);
        range[1] = Math.max(range[1], price);
        volumes.merge(next.key(), tick.path("size").doubleValue(), Double::sum);
      }
    }
    for (Stock stock : market.stocks()) {
      String symbol = stock.company().symbol();
      double[] range = ranges.getOrDefault(symbol, new double[2]);
      double deviation = stock.lastDeviation();
      assertThat(Math.log(range[1] / range[0]) / deviation).as(symbol).isBetween(0.3, 8.0);
      assertThat(Math.abs(Math.log(range[0] / stock.close()))).as(symbol).isLessThan(0.4);
      assertThat(volumes.getOrDefault(symbol, 0.0) / stock.company().dailyVolume())
          .as(symbol)
          .isBetween(0.5, 3.0);
    }
  }

  @Test
  void ticks_oneSession_moveTogether() throws IOException {
    LiveMarket live = live(9, 1_000);
    clock.advanceMillis(LiveMarket.SESSION_MILLIS);
    Map<String, double[]> sampled = new HashMap<>();
    int samples = 60;
    for (FeedRecord next : live.due(Integer.MAX_VALUE)) {
      if (next.isPrice()) {
        long elapsed = next.eventTimeMillis() - START.toEpochMilli();
        int slot = (int) Math.min(samples - 1, elapsed * samples / LiveMarket.SESSION_MILLIS);
        sampled.computeIfAbsent(next.key(), _ -> new double[samples])[slot] =
            Math.log(json.readTree(next.value()).path("price").doubleValue());
      }
    }
    List<double[]> changes = sampled.values().stream().map(LiveMarketTest::differences).toList();
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < changes.size(); i++) {
      for (int j = 0; j < i; j++) {
        sum += Statistics.correlation(changes.get(i), changes.get(j));
        pairs++;
      }
    }
    assertThat(sum / pairs).isBetween(0.1, 0.7);
  }

  @Test
  void live_rateOutOfBounds_saysWhatIsAllowed() {
    assertThatThrownBy(() -> live(1, 0))
        .hasMessage("eventsPerSecond must be above 0 and at most 1000000, got 0.0");
    assertThatThrownBy(() -> live(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void live_clockBeforeToday_throws() {
    clock.advanceMillis(-15 * TradingCalendar.HOUR_MILLIS);

    assertThatThrownBy(() -> live(1, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("live session of 2026-01-28 cannot begin on 2026-01-27T23:00:00Z");
  }

  private LiveMarket live(long seed, double eventsPerSecond) {
    MarketSimulator market = new MarketSimulator(MarketConfig.defaults(seed, TODAY));
    market.history().forEachRemaining(next -> {});
    return market.live(clock, eventsPerSecond);
  }

  private static double[] differences(double[] x) {
    double[] differences = new double[x.length - 1];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = x[i + 1] - x[i];
    }
    return differences;
  }
}
