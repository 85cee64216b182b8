package io.vfr.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeapPoolsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HeapPools pools = new HeapPools(meters);

  private static void fill(HotSymbols<Integer> part, String prefix, int symbols) {
    for (int i = 0; i < symbols; i++) {
      part.put(prefix + i, i);
    }
  }

  private double requests(String result) {
    return meters
        .get("vfr.pool.requests")
        .tags("pool", "bars", "result", result)
        .functionCounter()
        .count();
  }

  private double symbols() {
    return meters.get("vfr.pool.symbols").tag("pool", "bars").gauge().value();
  }

  @Test
  void beyondTheBound_whatWasNotAskedForLeaves() {
    HotSymbols<Integer> part = pools.symbols("bars", 2);
    part.put("A", 1);
    part.put("B", 2);
    assertThat(part.get("A")).isEqualTo(1);
    part.put("C", 3);
    assertThat(part.get("B")).isNull();
    assertThat(part.get("A")).isEqualTo(1);
    assertThat(part.get("C")).isEqualTo(3);
    part.remove("C");
    assertThat(part.get("C")).isNull();
  }

  @Test
  void beyondTheBound_theSymbolWhoseTurnItIsStays() {
    HotSymbols<Integer> part = pools.symbols("bars", 100);
    for (int i = 0; i < 100; i++) {
      part.put("S" + i, i);
      part.get("S" + i);
    }
    assertThat(part.get("S0")).isZero();
    pools.shed(true);
    assertThat(part.get("S0")).isZero();
    assertThat(part.get("S0")).isZero();
    for (int i = 0; i < 100; i++) {
      part.put("T" + i, i);
      assertThat(part.get("T" + i)).isEqualTo(i);
    }
    assertThat(symbols()).isEqualTo(25);
  }

  @Test
  void meters_sumOverTheTasks() {
    HotSymbols<Integer> one = pools.symbols("bars", 2);
    HotSymbols<Integer> two = pools.symbols("bars", 2);
    for (HotSymbols<Integer> part : List.of(one, two)) {
      for (String symbol : List.of("A", "B", "C")) {
        part.put(symbol, 1);
      }
    }
    one.get("A");
    two.get("B");
    two.get("C");
    assertThat(symbols()).isEqualTo(4);
    assertThat(requests("hit")).isEqualTo(2);
    assertThat(requests("miss")).isEqualTo(1);
    two.clear();
    assertThat(symbols()).isEqualTo(2);
  }

  @Test
  void shed_eachPoolShrinksToAQuarter_andGrowsAgain() {
    HotSymbols<Integer> part = pools.symbols("bars", 100);
    fill(part, "S", 8);
    assertThat(meters.get("vfr.load.shedding").gauge().value()).isZero();
    pools.shed(true);
    assertThat(meters.get("vfr.load.shedding").gauge().value()).isEqualTo(1);
    part.get("S7");
    assertThat(symbols()).isEqualTo(2);
    assertThat(part.get("S6")).isEqualTo(6);
    fill(part, "S", 8);
    assertThat(symbols()).isEqualTo(2);
    pools.shed(false);
    fill(part, "S", 8);
    assertThat(symbols()).isEqualTo(8);
  }

  @Test
  void shedAgain_aQuarterOfWhatIsLeft_threeTimesAtMost() {
    HotSymbols<Integer> part = pools.symbols("bars", 1000);
    HotSymbols<Integer> other = pools.symbols("bars", 1000);
    fill(part, "S", 256);
    fill(other, "T", 256);
    for (int expected : new int[] {64, 16, 4, 4}) {
      pools.shed(true);
      for (int i = 0; i < 256; i++) {
        part.get("S" + i);
        part.put("S" + i, i);
        other.get("T" + i);
      }
      assertThat(symbols()).isEqualTo(2 * expected);
    }
    assertThat(sheds()).isEqualTo(3);
    pools.shed(false);
    fill(part, "S", 256);
    assertThat(symbols()).isEqualTo(256 + 4);
  }

  /**
   * A neighbour has died while memory is short: its symbols come, and have no place of their own.
   */
  @Test
  void taskThatComesWhileLoadIsShed_holdsAQuarterOfWhatTheOthersHeld() {
    HotSymbols<Integer> one = pools.symbols("bars", 100);
    HotSymbols<Integer> two = pools.symbols("bars", 100);
    fill(one, "S", 40);
    fill(two, "T", 24);
    pools.shed(true);
    HotSymbols<Integer> late = pools.symbols("bars", 100);
    fill(late, "U", 40);
    // (40 + 24) / 2 / 4, beside 10 and 8 of the others.
    assertThat(IntStream.range(0, 40).filter(i -> late.get("U" + i) != null).count()).isEqualTo(8);
    one.get("S0");
    two.get("T0");
    assertThat(symbols()).isEqualTo(10 + 8 + 8);
  }

  @Test
  void sheds_areCounted() {
    assertThat(sheds()).isZero();
    pools.shed(true);
    pools.shed(false);
    assertThat(sheds()).isEqualTo(1);
    pools.shed(true);
    assertThat(sheds()).isEqualTo(2);
  }

  private double sheds() {
    return meters.get("vfr.load.sheds").functionCounter().count();
  }
}
