package io.vfr.streams.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.features.window.BarBuilder;
import io.vfr.streams.state.StateTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** Finer bars, and what becomes of them when their bar closes or arrives whole. */
class BarPartsTest {
  private static final Duration DAILY = Duration.ofDays(1);
  private static final long DAY = DAILY.toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;

  private final MemoryStores stores = new MemoryStores();
  private final BarLedger ledger = stores.ledger(DAILY, Duration.ofDays(2));
  private final SymbolBars state = ledger.load("AAA");

  @Test
  void prune_deletesPartsOfBarsUpToATime_andSaysWhetherSomeAreLeft() {
    BarParts parts = new BarParts(stores.parts);
    parts.put(part(START, 1, 10), START);
    parts.put(part(START + HOUR, 1, 10), START);
    parts.put(part(START + DAY + HOUR, 1, 10), START + DAY);

    assertThat(parts.prune("AAA", START - 1)).isTrue();
    assertThat(count(stores.parts)).isEqualTo(3);
    assertThat(parts.prune("AAA", START)).isTrue();
    assertThat(count(stores.parts)).isEqualTo(1);
    assertThat(parts.any("AAA")).isTrue();
    assertThat(parts.prune("AAA", START + DAY)).isFalse();
    assertThat(parts.any("AAA")).isFalse();
  }

  @Test
  void partOfANewerBuild_isRefusedAndNotReplaced() {
    apply(part(START, 100, 10));
    Bytes key;
    try (KeyValueIterator<Bytes, byte[]> all = stores.parts.all()) {
      key = all.next().key;
    }
    byte[] newer = Objects.requireNonNull(stores.parts.get(key)).clone();
    newer[0] = 2;
    stores.parts.put(key, newer);
    assertThatThrownBy(() -> apply(part(START, 101, 10)))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining("a stored part of a bar has format version 2, this build reads 1");
    assertThat(stores.parts.get(key)).isEqualTo(newer);
  }

  @Test
  void nextBars_deleteThePartsOfTheBarsTheyClose() {
    apply(part(START, 100, 10));
    apply(part(START + DAY, 100, 10));
    apply(part(START + 2 * DAY, 100, 10));
    assertThat(count(stores.parts)).isEqualTo(3);
    apply(part(START + 3 * DAY, 100, 10));
    assertThat(count(stores.parts)).isEqualTo(3);
  }

  @Test
  void wholeBarAfterParts_replacesThemForGood() {
    apply(part(START, 100, 10));
    apply(part(START + HOUR, 110, 10));
    apply(whole(START, 105, 1000));
    assertThat(count(stores.parts)).isZero();

    Bar afterLatePart = apply(part(START + 2 * HOUR, 500, 7));
    Bar afterReplacement = apply(part(START + HOUR, 1, 9));
    assertThat(afterLatePart).isEqualTo(afterReplacement);
    assertThat(afterLatePart.close()).isEqualTo(105);
    assertThat(afterLatePart.high()).isEqualTo(106);
    assertThat(afterLatePart.low()).isEqualTo(104);
    assertThat(afterLatePart.volume()).isEqualTo(1000);
    assertThat(count(stores.parts)).isZero();
    assertThat(state.newestEventMillis()).isEqualTo(START + 2 * HOUR);
    assertThat(ledger.load("AAA").newestEventMillis()).isEqualTo(START + 2 * HOUR);
  }

  @Test
  void wholeBarAfterParts_ofAnEarlierBar_deletesOnlyItsOwnParts() {
    apply(part(START, 100, 10));
    apply(part(START + DAY, 100, 10));
    apply(whole(START, 105, 1000));
    assertThat(count(stores.parts)).isEqualTo(1);

    Bar open = apply(part(START + DAY + HOUR, 120, 5));
    assertThat(open.volume()).isEqualTo(15);
    Bar earlier = apply(part(START + 2 * HOUR, 500, 7));
    assertThat(earlier.volume()).isEqualTo(1000);
    assertThat(count(stores.parts)).isEqualTo(2);
  }

  @Test
  void tickAfterWholeBar_isMerged() {
    apply(whole(START, 105, 1000));
    Bar bar = apply(new PriceTick("AAA", START + HOUR, 200, 5));
    assertThat(bar.close()).isEqualTo(200);
    assertThat(bar.high()).isEqualTo(200);
    assertThat(bar.volume()).isEqualTo(1005);
  }

  @Test
  void lateTick_doesNotMoveTheBenchmarkBack() {
    apply(new PriceTick("AAA", START + 2 * HOUR, 100, 1), 5000);
    Bar late = apply(new PriceTick("AAA", START + HOUR, 90, 1), 4000);
    assertThat(late.benchmark()).isEqualTo(5000);
    assertThat(late.open()).isEqualTo(90);
    BarBuilder stored = Objects.requireNonNull(ledger.load("AAA").last());
    assertThat(stored.toBar().benchmark()).isEqualTo(5000);

    Bar tie = apply(new PriceTick("AAA", START + 2 * HOUR, 95, 1), 5001);
    assertThat(tie.benchmark()).isEqualTo(5001);
  }

  private Bar apply(PriceEvent event) {
    return apply(event, Double.NaN);
  }

  private Bar apply(PriceEvent event, double benchmark) {
    assertThat(ledger.isLate(state, event)).isFalse();
    List<Bar> visited = new ArrayList<>();
    ledger.apply(state, event, benchmark, (closed, bar, nextClose) -> visited.add(bar.toBar()));
    return visited.getFirst();
  }

  private static int count(StateTable store) {
    int count = 0;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        all.next();
        count++;
      }
    }
    return count;
  }

  private static PriceBar part(long ts, double price, double volume) {
    return new PriceBar(
        "AAA", ts, price, price + 1, price * 0.9, price, volume, Duration.ofHours(1));
  }

  private static PriceBar whole(long ts, double price, double volume) {
    return new PriceBar("AAA", ts, price, price + 1, price - 1, price, volume, null);
  }
}
