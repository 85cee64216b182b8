package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.PriceBar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.features.window.IndicatorState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The ring of stored bars when the configuration changes between two runs over the same state. */
class BarRingTest {
  private static final Duration DAILY = Duration.ofDays(1);
  private static final long DAY = DAILY.toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final int BARS = 480;

  /** What a ring without grace keeps: see {@code BarRing}. */
  private static final int SMALL_RING =
      IndicatorState.HISTORY_BARS
          + 1
          + 2 * IndicatorState.ANCHOR_INTERVAL
          + SequencePlan.LENGTH_MAX;

  private final MemoryStores stores = new MemoryStores();

  @Test
  void raisedGrace_whatTheOldRingDoesNotReachIsLate_andTheRestIsReplayed() {
    run(stores.ledger(DAILY, Duration.ZERO), 0, BARS);
    BarLedger ledger = stores.ledger(DAILY, Duration.ofDays(180));
    SymbolBars state = ledger.load("AAA");

    int late = 0;
    for (int index = BARS - 1; index >= BARS - 180; index--) {
      int anchor = index - index % IndicatorState.ANCHOR_INTERVAL;
      boolean reached =
          index == BARS - 1 || anchor - IndicatorState.HISTORY_BARS >= BARS - SMALL_RING;
      assertThat(ledger.isLate(state, bar(index))).as("bar %d is late", index).isEqualTo(!reached);
      if (reached) {
        List<Long> visited = new ArrayList<>();
        ledger.apply(
            state,
            bar(index),
            Double.NaN,
            (closed, bar, nextClose) -> visited.add(bar.startMillis()));
        assertThat(visited).as("from bar %d on", index).hasSize(BARS - index);
      } else {
        late++;
      }
    }
    assertThat(late).isBetween(30, 70);
  }

  @Test
  void raisedGrace_onceEnoughBarsHaveCome_reachesBackInFull() {
    run(stores.ledger(DAILY, Duration.ZERO), 0, BARS);
    BarLedger ledger = stores.ledger(DAILY, Duration.ofDays(100));
    SymbolBars state = run(ledger, BARS, BARS + 101);

    assertThat(ledger.isLate(state, bar(BARS + 100 - 100))).isFalse();
    assertThat(ledger.isLate(state, bar(BARS + 100 - 101))).isTrue();
    List<Long> visited = new ArrayList<>();
    ledger.apply(
        state, bar(BARS), Double.NaN, (closed, bar, nextClose) -> visited.add(bar.startMillis()));
    assertThat(visited).hasSize(101);
  }

  @Test
  void shortHistory_fromTheFirstBarOn_isReachedWithoutCheckpoint() {
    BarLedger ledger = stores.ledger(DAILY, Duration.ofDays(100));
    SymbolBars state = run(ledger, 5, 50);

    PriceBar beforeTheFirst = bar(1);
    assertThat(ledger.isLate(state, beforeTheFirst)).isFalse();
    List<Long> visited = new ArrayList<>();
    ledger.apply(
        state,
        beforeTheFirst,
        Double.NaN,
        (closed, bar, nextClose) -> visited.add(bar.startMillis()));
    assertThat(visited).hasSize(46);
  }

  @Test
  void moveToRing_smallerRing_keepsTheNewestBarsEachInItsSlot() {
    BarRing large = ring(200);
    for (int i = 0; i < 1000; i++) {
      large.put("AAA", i, builder(i));
    }
    BarRing small = ring(1);
    small.moveToRing("AAA", 999);

    assertThat(small.scan("AAA").stream().map(BarRing.Stored::index))
        .containsExactlyElementsOf(LongStream.range(1000 - SMALL_RING, 1000).boxed().toList());
    small.put("AAA", 1000, builder(1000));
    assertThat(small.scan("AAA").getFirst().index()).isEqualTo(1001 - SMALL_RING);
    assertThat(small.scan("AAA")).hasSize(SMALL_RING);
  }

  @Test
  void moveToRing_largerRing_losesNoBar_andLeavesOtherSymbolsAlone() {
    BarRing small = ring(1);
    for (int i = 0; i < 1000; i++) {
      small.put("AAA", i, builder(i));
      small.put("AAAA", i, builder(i));
    }
    BarRing large = ring(200);
    large.moveToRing("AAA", 999);
    for (int i = 1000; i < 1150; i++) {
      large.put("AAA", i, builder(i));
    }

    List<BarRing.Stored> stored = large.scan("AAA");
    assertThat(stored.stream().map(BarRing.Stored::index))
        .containsExactlyElementsOf(LongStream.range(1000 - SMALL_RING, 1150).boxed().toList());
    assertThat(stored)
        .allSatisfy(s -> assertThat(s.bar().startMillis()).isEqualTo(s.index() * DAY));
    assertThat(small.scan("AAAA")).hasSize(SMALL_RING);
  }

  @Test
  void load_barsOfAnotherInterval_saysWhichAndWhatToDo() {
    run(stores.ledger(DAILY, Duration.ZERO), 0, 3);
    BarLedger weekly = stores.ledger(Duration.ofDays(7), Duration.ZERO);

    assertThatThrownBy(() -> weekly.load("AAA"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the stored bars of AAA have interval PT24H")
        .hasMessageContaining("bars.interval is PT168H")
        .hasMessageContaining("application.id")
        .hasMessageContaining("streams-application-reset");
  }

  private BarRing ring(int rewindBars) {
    return new BarRing(stores.bars, stores.checkpoints, rewindBars, 257, DAILY);
  }

  private static SymbolBars run(BarLedger ledger, int from, int to) {
    SymbolBars state = ledger.load("AAA");
    for (int i = from; i < to; i++) {
      PriceBar bar = bar(i);
      assertThat(ledger.isLate(state, bar)).isFalse();
      ledger.apply(state, bar, Double.NaN, (closed, built, nextClose) -> {});
    }
    return state;
  }

  private static PriceBar bar(long index) {
    double close = 100 + Math.sin(index);
    return new PriceBar("AAA", START + index * DAY, close, close + 1, close - 1, close, 10, null);
  }

  private static BarBuilder builder(long index) {
    return BarBuilder.ofBar(index * DAY, index * DAY, 1, 2, 0.5, 1, 10);
  }
}
