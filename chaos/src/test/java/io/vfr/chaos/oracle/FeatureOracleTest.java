package io.vfr.chaos.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.MarketPlan;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FeatureOracleTest {
  private static final long SEED = 11;
  private static final int SYMBOLS = 2;
  private static final int HISTORY = 60;

  private final MarketPlan plan = new MarketPlan(SEED, SYMBOLS, HISTORY);
  private final List<PriceRecord> prices = new ArrayList<>();
  private final SideInputs sides = new SideInputs();
  private final FeatureOracle oracle;
  private final PriceRecord last;

  FeatureOracleTest() {
    plan.macro().forEach(sides::add);
    plan.fundamentals().forEach(sides::add);
    plan.sentiment().forEach(sides::add);
    long events = plan.historyEvents() + 40 * SYMBOLS;
    for (long i = 0; i < events; i++) {
      prices.add(new PriceRecord((int) (i % SYMBOLS), i / SYMBOLS, i, plan.next(), i));
    }
    last = prices.getLast();
    oracle = new FeatureOracle(prices, sides);
  }

  private static FeatureValues vector(PriceRecord record, Map<String, Double> known) {
    TreeSet<String> names = new TreeSet<>(known.keySet());
    names.addAll(FeatureSchema.current().names());
    return new FeatureValues(
        record.event().symbol(),
        record.event().ts(),
        FeatureSchema.current().id(),
        List.copyOf(names),
        names.stream().mapToDouble(name -> known.getOrDefault(name, Double.NaN)).toArray());
  }

  private Map<String, Double> right() {
    return new HashMap<>(oracle.expected(last));
  }

  @Test
  void check_rightVector_findsNothing() {
    assertThat(right()).containsKeys("sma_50", "beta_60d", "pe_ratio", "vix", "news_sentiment");
    assertThat(oracle.check(last, vector(last, right()))).isEmpty();
  }

  @Test
  void check_relativeError_findsItAboveTheBound() {
    Map<String, Double> known = right();

    known.compute("sma_20", (name, value) -> value * (1 + 1e-10));
    assertThat(oracle.check(last, vector(last, known))).isEmpty();

    known.compute("sma_20", (name, value) -> value * (1 + 1e-8));
    assertThat(oracle.check(last, vector(last, known)))
        .singleElement()
        .asString()
        .startsWith("sma_20");
  }

  @Test
  void check_anyFeatureMissingOrWrong_findsIt() {
    for (String name : right().keySet()) {
      Map<String, Double> without = right();
      without.remove(name);
      assertThat(oracle.check(last, vector(last, without))).as(name).hasSize(1);
      Map<String, Double> moved = right();
      moved.compute(name, (n, value) -> value + 0.001 * (1 + Math.abs(value)));
      assertThat(oracle.check(last, vector(last, moved))).as(name).hasSize(1);
    }
  }

  @Test
  void check_featureThatShouldNotBeThere_findsIt() {
    Map<String, Double> known = right();
    known.put("sma_200", 100.0);

    assertThat(oracle.check(last, vector(last, known)))
        .singleElement()
        .asString()
        .startsWith("sma_200 should be NaN");
  }

  /** A tick applied twice moves the volume of its bar and nothing else. */
  @Test
  void check_tickAppliedTwice_findsIt() {
    List<PriceRecord> doubled = new ArrayList<>(prices);
    PriceRecord before = prices.get(prices.size() - 1 - SYMBOLS);
    doubled.add(
        prices.size() - 1,
        new PriceRecord(before.partition(), 1_000_000, 1_000_000, before.event(), 0));
    Map<String, Double> known = new FeatureOracle(doubled, sides).expected(last);

    assertThat(oracle.check(last, vector(last, known))).isNotEmpty();
  }

  @Test
  void check_vectorOfThePriceBefore_findsIt() {
    PriceRecord before = prices.get(prices.size() - 1 - SYMBOLS);
    FeatureValues stale = vector(last, oracle.expected(before));

    assertThat(oracle.check(last, stale)).hasSizeGreaterThan(10);
  }

  @Test
  void check_restatementSeenTooEarly_findsIt() {
    Map<String, Double> known = right();
    sides.add(
        new Fundamentals(
            last.event().symbol(),
            last.event().ts() + 1,
            last.event().ts(),
            Map.of("pe_ratio", 1000.0)));
    assertThat(oracle.check(last, vector(last, known))).isEmpty();

    known.put("pe_ratio", 1000.0);
    assertThat(oracle.check(last, vector(last, known)))
        .singleElement()
        .asString()
        .startsWith("pe_ratio");
  }

  @Test
  void plan_sameSeed_saysTheSame_andTimesAreUnique() {
    MarketPlan again = new MarketPlan(SEED, SYMBOLS, HISTORY);
    Map<String, Long> newest = new HashMap<>();
    for (PriceRecord record : prices) {
      assertThat(again.next()).isEqualTo(record.event());
      Long before = newest.put(record.event().symbol(), record.event().ts());
      assertThat(before == null || before < record.event().ts()).isTrue();
    }
    assertThat(again.sentiment()).isEqualTo(plan.sentiment());
    assertThat(new MarketPlan(SEED + 1, SYMBOLS, HISTORY).next())
        .isNotEqualTo(prices.getFirst().event());
  }
}
