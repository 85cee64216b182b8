package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.manifest.Sequence;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The sequence of every vector, and the bars around it, against an oracle that computes all bars
 * anew from the facts that are known.
 */
class SequenceTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.current();
  private static final Duration DAILY = Duration.ofDays(1);
  private static final long DAY = DAILY.toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final int GRACE_DAYS = 40;

  /** Series whose prices the pipeline accepts. */
  private static final List<RandomBars.Shape> SHAPES =
      List.of(
          RandomBars.Shape.STOCK,
          RandomBars.Shape.TINY_PRICE,
          RandomBars.Shape.FLATS,
          RandomBars.Shape.SPLITS,
          RandomBars.Shape.PATCHY_BENCHMARK,
          RandomBars.Shape.TREND);

  private static final List<SequencePlan> PLANS =
      List.of(
          SequencePlan.NONE,
          plan(1, "momentum_1d"),
          plan(5, "rsi_14", "momentum_5d", "volume_ratio_5d"),
          plan(32, "log_return_1d", "sma_200_distance", "beta_60d", "week_high_distance"),
          plan(64, SCHEMA.names().subList(0, SCHEMA.barFeatures()).toArray(String[]::new)));

  private final MemoryStores stores = new MemoryStores();
  private final Facts facts = new Facts();
  private BarLedger ledger = stores.ledger(DAILY, Duration.ofDays(GRACE_DAYS));
  private SymbolBars state = ledger.load("AAA");

  /** What was told of one bar. */
  private record Visit(
      long start,
      double close,
      long previousStart,
      double previousClose,
      double nextClose,
      double[] vector,
      @Nullable FeatureSequence sequence) {}

  /** The bars that are known, and what they say when computed from the first to the last. */
  private static final class Facts {
    private final TreeMap<Long, Bar> bars = new TreeMap<>();

    List<double[]> vectors() {
      List<double[]> vectors = new ArrayList<>();
      IndicatorState indicators = new IndicatorState();
      for (Bar bar : bars.values()) {
        double[] vector = new double[SCHEMA.size()];
        indicators.compute(bar, vector);
        indicators.append(bar);
        vectors.add(vector);
      }
      return vectors;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyEvents_restartsAndPlans_giveTheSequencesOfAllBarsComputedAnew(long seed) {
    Random random = new Random(seed);
    RandomBars.Shape shape = SHAPES.get(random.nextInt(SHAPES.size()));
    List<Bar> series = RandomBars.series(seed, shape, 800);
    SequencePlan plan = PLANS.get(random.nextInt(PLANS.size()));
    ledger.sequences(plan);
    int day = 0;
    for (int event = 0; event < 700; event++) {
      String what = "seed %d, %s, event %d, %s".formatted(seed, shape, event, plan);
      int kind = random.nextInt(100);
      int at = day;
      if (kind < 10) {
        // Replaces the bar that is forming.
        at = Math.max(0, day - 1);
      } else if (kind < 22) {
        // A late bar: replaces one, or fills a gap.
        at = Math.max(0, day - 1 - random.nextInt(GRACE_DAYS));
      } else {
        day += random.nextInt(12) == 0 ? 2 : 1;
        at = day - 1;
      }
      if (random.nextInt(15) == 0) {
        restart(plan);
      }
      if (random.nextInt(25) == 0) {
        plan = PLANS.get(random.nextInt(PLANS.size()));
        ledger.sequences(plan);
      }
      apply(what, at, series.get(random.nextInt(100) < 90 ? at : random.nextInt(800)), plan);
    }
    assertThat(facts.bars.size()).isGreaterThan(450);
  }

  @Test
  void sequence_bothSidesOfTheWarmUp_growsToItsLengthAndStays() {
    SequencePlan plan = PLANS.get(2);
    int momentum = plan.columnOf("momentum_5d");
    ledger.sequences(plan);
    List<Bar> series = RandomBars.series(3, RandomBars.Shape.STOCK, 12);
    for (int i = 0; i < series.size(); i++) {
      FeatureSequence sequence = sequence(apply("bar " + i, i, series.get(i), plan).getFirst());
      assertThat(sequence.plan()).isEqualTo(plan);
      assertThat(sequence.bars()).isEqualTo(Math.min(i + 1, 5));
      for (int row = 0; row < sequence.bars(); row++) {
        int index = i - sequence.bars() + 1 + row;
        assertThat(Float.isNaN(sequence.value(row, momentum))).isEqualTo(index < 5);
      }
    }
  }

  @Test
  void ticksOfTheFormingBar_leaveTheEarlierRowsAlone_andTheSnapshotsToo() {
    SequencePlan plan = PLANS.get(2);
    ledger.sequences(plan);
    List<Bar> series = RandomBars.series(3, RandomBars.Shape.STOCK, 12);
    for (int i = 0; i < series.size(); i++) {
      apply("bar " + i, i, series.get(i), plan);
    }
    List<FeatureSequence> seen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      PriceTick tick = new PriceTick("AAA", START + 12 * DAY + i, 100 + i, 10);
      ledger.apply(
          state,
          tick,
          Double.NaN,
          (closed, bar, nextClose) -> seen.add(sequence(visit(closed, bar, nextClose))));
    }
    float[][] rows = new float[3][];
    for (int i = 0; i < 3; i++) {
      rows[i] = values(seen.get(i));
    }
    assertThat(Arrays.copyOf(rows[1], 12)).containsExactly(Arrays.copyOf(rows[0], 12));
    assertThat(rows[1][14]).isNotEqualTo(rows[0][14]);
    // The first is as it was before the others came.
    assertThat(values(seen.getFirst())).containsExactly(rows[0]);
  }

  @Test
  void nextClose_isThatOfTheNextBarIfItIsClosed() {
    List<Bar> series = RandomBars.series(3, RandomBars.Shape.STOCK, 12);
    for (int i = 0; i < 10; i++) {
      Visit visit = apply("bar " + i, i, series.get(i), SequencePlan.NONE).getFirst();
      assertThat(visit.nextClose()).isNaN();
      assertThat(visit.sequence()).isNull();
    }
    List<Visit> last = apply("the forming bar", 9, series.get(10), SequencePlan.NONE);
    assertThat(last.getFirst().nextClose()).isNaN();
    List<Visit> second = apply("the one before", 8, series.get(10), SequencePlan.NONE);
    assertThat(second.getFirst().nextClose()).isNaN();
    List<Visit> third = apply("two before", 7, series.get(10), SequencePlan.NONE);
    assertThat(third.getFirst().nextClose()).isEqualTo(series.get(10).close());
    assertThat(third).hasSize(3);
    assertThat(third.get(1).nextClose()).isNaN();
  }

  @Test
  void previous_ofTheFirstBar_isNone() {
    Visit first =
        apply("first", 5, RandomBars.series(3, RandomBars.Shape.STOCK, 9).get(5), PLANS.get(1))
            .getFirst();
    assertThat(first.previousStart()).isEqualTo(Long.MIN_VALUE);
    assertThat(first.previousClose()).isNaN();
    restart(SequencePlan.NONE);
    // A bar before the first makes that one the second.
    List<Visit> late =
        apply("before", 2, RandomBars.series(3, RandomBars.Shape.STOCK, 9).get(2), PLANS.get(0));
    assertThat(late.getFirst().previousStart()).isEqualTo(Long.MIN_VALUE);
    assertThat(late.getLast().previousStart()).isEqualTo(START + 2 * DAY);
  }

  @ParameterizedTest(name = "{0} bars")
  @ValueSource(ints = {1, 60, 97, 300, 352, 383, 384, 500})
  void stateOfAnOlderBuild_loads_withTheRowsThatItsBarsGive_andGrows(int bars) {
    SequencePlan plan = plan(64, "rsi_14", "sma_200_distance");
    List<Bar> series = RandomBars.series(bars, RandomBars.Shape.STOCK, bars + 150);
    for (int i = 0; i < bars; i++) {
      apply("bar " + i, i, series.get(i), SequencePlan.NONE);
    }
    OlderBuild.rewrite(stores, GRACE_DAYS);
    // Indicators need the 252 bars before a checkpoint: rows begin at the first that has them.
    int kept = OlderBuild.ringSize(GRACE_DAYS);
    int oldest = Math.max(0, bars - kept);
    int firstAnchor = oldest == 0 ? 0 : (oldest + IndicatorState.HISTORY_BARS + 31) / 32 * 32;
    restart(plan);
    for (int i = bars; i < bars + 150; i++) {
      List<Visit> visits = visits(i, series.get(i));
      int known = Math.min(64, i + 1 - Math.max(0, firstAnchor));
      FeatureSequence sequence = sequence(visits.getLast());
      assertThat(sequence.bars()).as("bar %d", i).isEqualTo(known);
      assertRows("bar " + i, sequence, facts.vectors(), facts.bars.size() - 1);
      if (i % 7 == 0) {
        restart(plan);
      }
    }
  }

  @Test
  void stateOfAnOlderBuild_ofTheLongestGrace_takesTheOldestLatePrices() {
    Duration grace = Duration.ofDays(256);
    MemoryStores lived = new MemoryStores();
    BarLedger livedLedger = lived.ledger(DAILY, grace);
    SymbolBars livedState = livedLedger.load("AAA");
    ledger = stores.ledger(DAILY, grace);
    state = ledger.load("AAA");
    List<Bar> series = RandomBars.series(5, RandomBars.Shape.JUMPS, 1000);
    for (int i = 0; i < 800; i++) {
      livedLedger.apply(livedState, price(i, series.get(i)), Double.NaN, (c, b, n) -> {});
      ledger.apply(state, price(i, series.get(i)), Double.NaN, (c, b, n) -> {});
    }
    OlderBuild.rewrite(stores, 256);
    ledger = stores.ledger(DAILY, grace);
    state = ledger.load("AAA");
    Random random = new Random(11);
    for (int i = 800; i < 1000; i++) {
      int at = random.nextInt(3) == 0 ? i - 1 - random.nextInt(255) : i;
      PriceBar event = price(at, series.get(random.nextInt(1000)));
      if (ledger.isLate(state, event)) {
        continue;
      }
      List<Visit> expected = new ArrayList<>();
      livedLedger.apply(livedState, event, Double.NaN, (c, b, n) -> expected.add(visit(c, b, n)));
      List<Visit> actual = new ArrayList<>();
      ledger.apply(state, event, Double.NaN, (c, b, n) -> actual.add(visit(c, b, n)));
      assertThat(actual).as("event %d at %d", i, at).hasSameSizeAs(expected);
      for (int v = 0; v < actual.size(); v++) {
        assertThat(actual.get(v).vector()).containsExactly(expected.get(v).vector());
      }
    }
  }

  @Test
  void checkpointOfAnUnknownVersion_isRefusedLoudly() {
    List<Bar> series = RandomBars.series(5, RandomBars.Shape.STOCK, 64);
    for (int i = 0; i < 64; i++) {
      apply("bar " + i, i, series.get(i), SequencePlan.NONE);
    }
    OlderBuild.all(stores.checkpoints)
        .forEach(slot -> {
          slot.value[0] = 3;
          stores.checkpoints.put(slot.key, slot.value);
        });
    assertThatThrownBy(() -> restart(SequencePlan.NONE))
        .hasMessageContaining("format version 3, this build reads 1..2");
  }

  @Test
  void valuesBeyondTheRangeOfFloats_areMissing() {
    SequenceRing ring = new SequenceRing(plan(3, "sma_14", "momentum_1d"));
    double[] vector = new double[SCHEMA.size()];
    vector[SCHEMA.indexOf("sma_14")] = 1e90;
    ring.push(vector);
    vector[SCHEMA.indexOf("momentum_1d")] = -1e90;
    assertThat(values(ring.with(vector))).containsExactly(Float.NaN, 0, Float.NaN, Float.NaN);
  }

  @Test
  void copyLast_givesTheColumnsInTheOrderWanted() {
    FeatureSequence sequence =
        new FeatureSequence(
            plan(4, "sma_14", "ema_14", "rsi_14"), 3, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    double[] out = new double[6];
    sequence.copyLast(2, new int[] {2, 0}, out, 1);
    assertThat(out).containsExactly(0, 6, 4, 9, 7, 0);
    assertThatThrownBy(() -> sequence.copyLast(4, new int[] {0}, out, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 bars are wanted, 3 are known");
    assertThatThrownBy(() -> new FeatureSequence(plan(2, "sma_14"), 3, new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void restart(SequencePlan plan) {
    ledger = stores.ledger(DAILY, Duration.ofDays(GRACE_DAYS));
    ledger.sequences(plan);
    state = ledger.load("AAA");
  }

  /** Applies a bar and holds every visit against the oracle. */
  private List<Visit> apply(String what, int day, Bar bar, SequencePlan plan) {
    ledger.sequences(plan);
    List<Visit> visits = visits(day, bar);
    List<double[]> vectors = facts.vectors();
    List<Bar> bars = List.copyOf(facts.bars.values());
    int index = facts.bars.headMap(START + day * DAY).size();
    assertThat(visits).as(what).hasSize(bars.size() - index);
    for (Visit visit : visits) {
      assertThat(visit.start()).as(what).isEqualTo(bars.get(index).startMillis());
      assertThat(visit.close()).as(what).isEqualTo(bars.get(index).close());
      assertThat(visit.vector()).as(what).containsExactly(vectors.get(index));
      if (index > 0) {
        assertThat(visit.previousStart()).as(what).isEqualTo(bars.get(index - 1).startMillis());
        assertThat(visit.previousClose()).as(what).isEqualTo(bars.get(index - 1).close());
      } else {
        assertThat(visit.previousStart()).as(what).isEqualTo(Long.MIN_VALUE);
        assertThat(visit.previousClose()).as(what).isNaN();
      }
      double next = index + 2 < bars.size() ? bars.get(index + 1).close() : Double.NaN;
      assertThat(visit.nextClose()).as(what).isEqualTo(Double.valueOf(next));
      if (plan.isNone()) {
        assertThat(visit.sequence()).as(what).isNull();
      } else {
        FeatureSequence sequence = sequence(visit);
        assertThat(sequence.plan()).as(what).isEqualTo(plan);
        assertThat(sequence.bars()).as(what).isEqualTo(Math.min(plan.length(), index + 1));
        assertRows(what, sequence, vectors, index);
      }
      index++;
    }
    return visits;
  }

  private static void assertRows(
      String what, FeatureSequence sequence, List<double[]> vectors, int index) {
    SequencePlan plan = sequence.plan();
    for (int row = 0; row < sequence.bars(); row++) {
      double[] vector = vectors.get(index - sequence.bars() + 1 + row);
      for (int column = 0; column < plan.width(); column++) {
        float expected = (float) vector[SCHEMA.indexOf(plan.features().get(column))];
        assertThat(sequence.value(row, column))
            .as("%s, row %d, %s", what, row, plan.features().get(column))
            .isEqualTo(Float.valueOf(expected));
      }
    }
  }

  private List<Visit> visits(int day, Bar bar) {
    long start = START + day * DAY;
    PriceBar event = price(day, bar);
    assertThat(ledger.isLate(state, event)).isFalse();
    facts.bars.put(
        start,
        new Bar(
            start, bar.open(), bar.high(), bar.low(), bar.close(), bar.volume(), bar.benchmark()));
    List<Visit> visits = new ArrayList<>();
    ledger.apply(
        state,
        event,
        bar.benchmark(),
        (closed, built, nextClose) -> visits.add(visit(closed, built, nextClose)));
    return visits;
  }

  private static PriceBar price(int day, Bar bar) {
    long start = START + day * DAY;
    return new PriceBar(
        "AAA", start, bar.open(), bar.high(), bar.low(), bar.close(), bar.volume(), null);
  }

  private static Visit visit(ClosedBars closed, BarBuilder bar, double nextClose) {
    double[] vector = new double[SCHEMA.size()];
    closed.indicators().compute(bar.toBar(), vector);
    return new Visit(
        bar.startMillis(),
        bar.close(),
        closed.newestStartMillis(),
        closed.newestClose(),
        nextClose,
        vector,
        closed.sequenceWith(vector));
  }

  private static FeatureSequence sequence(Visit visit) {
    FeatureSequence sequence = visit.sequence();
    if (sequence == null) {
      throw new AssertionError("no sequence at " + visit.start());
    }
    return sequence;
  }

  private static float[] values(FeatureSequence sequence) {
    int width = sequence.plan().width();
    float[] values = new float[sequence.bars() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = sequence.value(i / width, i % width);
    }
    return values;
  }

  private static SequencePlan plan(int length, String... features) {
    return SequencePlan.of(List.of(new Sequence(length, List.of(features))));
  }

  /** The stores as the build before sequences left them: smaller rings, checkpoints version 1. */
  private static final class OlderBuild {
    private static final int CHECKPOINTS = 11;

    static int ringSize(int graceDays) {
      return 252 + graceDays + 1 + 2 * 32;
    }

    static void rewrite(MemoryStores stores, int graceDays) {
      int ring = ringSize(graceDays);
      List<KeyValue<Bytes, byte[]>> bars = clear(stores.bars);
      bars.sort(Comparator.comparingLong(slot -> ByteBuffer.wrap(slot.value).getLong()));
      for (KeyValue<Bytes, byte[]> slot : bars) {
        long index = ByteBuffer.wrap(slot.value).getLong();
        stores.bars.put(StoreKeys.slot("AAA", (int) (index % ring)), slot.value);
      }
      List<KeyValue<Bytes, byte[]>> checkpoints = clear(stores.checkpoints);
      checkpoints.sort(Comparator.comparingLong(slot -> ByteBuffer.wrap(slot.value).getLong(1)));
      for (KeyValue<Bytes, byte[]> slot : checkpoints) {
        long anchor = ByteBuffer.wrap(slot.value).getLong(1) / 32;
        slot.value[0] = 1;
        stores.checkpoints.put(StoreKeys.slot("AAA", (int) (anchor % CHECKPOINTS)), slot.value);
      }
    }

    private static List<KeyValue<Bytes, byte[]>> clear(StateTable store) {
      List<KeyValue<Bytes, byte[]>> slots = all(store);
      slots.forEach(slot -> store.delete(slot.key));
      return slots;
    }

    static List<KeyValue<Bytes, byte[]>> all(StateTable store) {
      List<KeyValue<Bytes, byte[]>> slots = new ArrayList<>();
      try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
        all.forEachRemaining(slots::add);
      }
      return slots;
    }
  }
}
