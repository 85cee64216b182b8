package io.vfr.streams.cli.demo.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated market shows the regularities of real ones, whatever the seed. */
class MarketStatisticsTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 31);
  private static final int DAYS = 1500;
  private static final Map<MarketConfig, MarketHistory> MARKETS = new HashMap<>();

  @AfterAll
  static void forgetMarkets() {
    MARKETS.clear();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void returns_longHistory_fatTailedClusteredAndUnpredictable(long seed) {
    MarketHistory history = market(seed, MarketConfig.LEAD_DEFAULT);
    List<double[]> returns = returns(history);

    assertThat(average(returns, Statistics::excessKurtosis)).isBetween(1.5, 40.0);
    assertThat(returns).allMatch(r -> Statistics.excessKurtosis(r) > 0.5);
    for (int lag = 1; lag <= 10; lag++) {
      int at = lag;
      assertThat(average(returns, r -> lagged(Statistics.absolute(r), at)))
          .as("autocorrelation of |return|, lag %d", lag)
          .isGreaterThan(0.03);
      assertThat(average(returns, r -> lagged(r, at)))
          .as("autocorrelation of return, lag %d", lag)
          .isBetween(-0.05, 0.05);
    }
    assertThat(average(returns, MarketStatisticsTest::leverage))
        .as("correlation of a return with later squared returns")
        .isLessThan(-0.004);
    assertThat(returns)
        .allMatch(r -> Statistics.deviation(r) * Math.sqrt(252) > 0.08)
        .allMatch(r -> Statistics.deviation(r) * Math.sqrt(252) < 1);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void returns_ofPairs_correlatedMoreWithinASector(long seed) {
    List<double[]> returns = returns(market(seed, MarketConfig.LEAD_DEFAULT));
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int i = 0; i < returns.size(); i++) {
      for (int j = 0; j < i; j++) {
        int same = (i - j) % Company.SECTORS.size() == 0 ? 1 : 0;
        sums[same] += Statistics.correlation(returns.get(i), returns.get(j));
        counts[same]++;
      }
    }
    double across = sums[0] / counts[0];
    double within = sums[1] / counts[1];

    assertThat((sums[0] + sums[1]) / (counts[0] + counts[1])).isBetween(0.15, 0.55);
    assertThat(within).isGreaterThan(across + 0.05);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void volume_correlatesWithAbsoluteReturnAndRisesOnReports(long seed) {
    MarketHistory history = market(seed, MarketConfig.LEAD_DEFAULT);
    List<Double> correlations = new ArrayList<>();
    double reportSum = 0;
    double otherSum = 0;
    int reports = 0;
    int others = 0;
    Map<String, Set<Long>> reportDays = reportDays(history);
    for (Map.Entry<String, List<PriceBar>> entry : history.bars().entrySet()) {
      List<PriceBar> bars = entry.getValue();
      double[] logVolume = bars.stream().mapToDouble(b -> Math.log(b.volume())).toArray();
      double[] absolute = Statistics.absolute(history.returns(entry.getKey()));
      correlations.add(
          Statistics.correlation(absolute, Arrays.copyOfRange(logVolume, 1, logVolume.length)));
      double mean = Statistics.mean(logVolume);
      Set<Long> days = reportDays.getOrDefault(entry.getKey(), Set.of());
      for (int i = 1; i < bars.size(); i++) {
        if (days.contains(bars.get(i - 1).ts())) {
          reportSum += logVolume[i] - mean;
          reports++;
        } else {
          otherSum += logVolume[i] - mean;
          others++;
        }
      }
    }

    assertThat(correlations).allMatch(c -> c > 0.2);
    assertThat(reports).isGreaterThan(28 * 20);
    assertThat(reportSum / reports - otherSum / others)
        .as("log volume on the day after a report, against other days")
        .isGreaterThan(0.6);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void sentiment_lead_hasTheConfiguredSign(long seed) {
    double ahead = leadCorrelation(market(seed, 0.3), 1);
    double none = leadCorrelation(market(seed, 0), 1);
    double misleading = leadCorrelation(market(seed, -0.3), 1);

    assertThat(ahead).isGreaterThan(0.03);
    assertThat(none).isBetween(-0.02, 0.02);
    assertThat(misleading).isLessThan(-0.03);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void sentiment_lagging_followsTheLastSession(long seed) {
    assertThat(leadCorrelation(market(seed, 0), 0)).isGreaterThan(0.1);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void vix_history_risesWithMarketVolatility(long seed) {
    MarketHistory history = market(seed, MarketConfig.LEAD_DEFAULT);
    double[] vix = values(history, "vix");
    double[] level = values(history, "benchmark");
    double[] next = new double[level.length - 1];
    for (int i = 0; i < next.length; i++) {
      next[i] = Math.abs(Math.log(level[i + 1] / level[i]));
    }

    // vix[i] is published on the evening before level[i], so vix[i + 1] precedes next[i].
    assertThat(Statistics.correlation(Arrays.copyOfRange(vix, 1, level.length), next))
        .isGreaterThan(0.1);
    assertThat(Statistics.mean(vix)).isBetween(9.0, 35.0);
  }

  private static MarketHistory market(long seed, double lead) {
    return MARKETS.computeIfAbsent(
        new MarketConfig(MarketConfig.SYMBOLS_DEFAULT, DAYS, seed, TODAY, lead), MarketHistory::of);
  }

  private static List<double[]> returns(MarketHistory history) {
    return history.bars().keySet().stream().map(history::returns).toList();
  }

  private static double[] values(MarketHistory history, String series) {
    return history.macro().getOrDefault(series, List.of()).stream()
        .mapToDouble(MacroValue::value)
        .toArray();
  }

  private static double average(List<double[]> series, ToDoubleFunction<double[]> statistic) {
    return series.stream().mapToDouble(statistic).average().orElseThrow();
  }

  private static double lagged(double[] x, int lag) {
    return Statistics.lagged(x, x, lag);
  }

  private static double leverage(double[] r) {
    double sum = 0;
    for (int lag = 1; lag <= 5; lag++) {
      sum += Statistics.lagged(r, Statistics.squares(r), lag);
    }
    return sum / 5;
  }

  /** Starts of the bars on whose evenings a company reported. */
  private static Map<String, Set<Long>> reportDays(MarketHistory history) {
    Map<String, Set<Long>> days = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (Fundamentals report : history.fundamentals()) {
      boolean firstOfPeriod = seen.add(report.symbol() + report.periodEnd());
      if (firstOfPeriod) {
        days.computeIfAbsent(report.symbol(), _ -> new HashSet<>())
            .add(report.knownAt() - Math.floorMod(report.knownAt(), 86_400_000L));
      }
    }
    return days;
  }

  /**
   * Correlation of a day's mean sentiment, from its midnight to the next bar's start, with the
   * session return {@code bars} bars later.
   */
  private static double leadCorrelation(MarketHistory history, int bars) {
    Map<String, NavigableMap<Long, double[]>> sums = new HashMap<>();
    for (Map.Entry<String, List<PriceBar>> entry : history.bars().entrySet()) {
      NavigableMap<Long, double[]> days = new TreeMap<>();
      entry.getValue().forEach(bar -> days.put(bar.ts(), new double[2]));
      sums.put(entry.getKey(), days);
    }
    for (SentimentObservation said : history.sentiment()) {
      NavigableMap<Long, double[]> days = sums.getOrDefault(said.symbol(), new TreeMap<>());
      Map.Entry<Long, double[]> day = days.floorEntry(said.ts());
      if (day != null) {
        day.getValue()[0] += said.sentiment();
        day.getValue()[1]++;
      }
    }
    List<Double> tones = new ArrayList<>();
    List<Double> returns = new ArrayList<>();
    for (Map.Entry<String, List<PriceBar>> entry : history.bars().entrySet()) {
      List<PriceBar> series = entry.getValue();
      NavigableMap<Long, double[]> days = sums.getOrDefault(entry.getKey(), new TreeMap<>());
      for (int i = 0; i + bars < series.size(); i++) {
        double[] day = days.getOrDefault(series.get(i).ts(), new double[2]);
        if (day[1] > 0) {
          PriceBar later = series.get(i + bars);
          tones.add(day[0] / day[1]);
          returns.add(Math.log(later.close() / later.open()));
        }
      }
    }
    return Statistics.correlation(
        tones.stream().mapToDouble(v -> v).toArray(),
        returns.stream().mapToDouble(v -> v).toArray());
  }
}
