package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BarPoolTest {
  private static final long BAR = 1000;
  private final BarPool pool = new BarPool(BAR, BarPool.State.EMPTY);

  private void add(BarPool into, int partition, long bar, double sum, long number) {
    into.reached(partition, bar * BAR);
    into.add(bar * BAR, sum, number);
  }

  @Test
  void take_aBar_waitsForThePartitionThatIsBehind() {
    add(pool, 0, 1, 1, 2);
    add(pool, 1, 1, 2, 2);
    assertThat(pool.take()).as("no partition is beyond it").isEmpty();
    add(pool, 0, 2, 5, 1);
    assertThat(pool.take()).as("partition 1 is not beyond it").isEmpty();
    add(pool, 1, 1, 1, 4);
    add(pool, 1, 3, 7, 1);
    assertThat(pool.take()).as("all parts of bar 1 in one mean").containsExactly(0.5);
    add(pool, 0, 4, 0, 1);
    assertThat(pool.take()).containsExactly(5.0);
  }

  @Test
  void take_aPartitionThatIsSilent_isWaitedForNoLongerThanTheBound() {
    add(pool, 0, 1, 1, 1);
    add(pool, 1, 1, 1, 1);
    for (int bar = 2; bar <= BarPool.BEHIND_MAX + 1; bar++) {
      add(pool, 0, bar, 0, 1);
    }
    assertThat(pool.take()).isEmpty();
    add(pool, 0, BarPool.BEHIND_MAX + 2, 0, 1);
    assertThat(pool.take()).containsExactly(1.0);
  }

  @Test
  void add_toABarThatWasTaken_isLeftOut() {
    add(pool, 0, 1, 1, 1);
    add(pool, 0, 2, 0.25, 1);
    assertThat(pool.take()).containsExactly(1.0);
    add(pool, 0, 1, 100, 1);
    add(pool, 0, 3, 0, 1);
    assertThat(pool.take()).containsExactly(0.25);
  }

  @Test
  void state_writtenAndRead_goesOnAsBefore() {
    add(pool, 0, 1, 1, 1);
    add(pool, 1, 2, 3, 2);
    add(pool, 0, 3, 1, 1);
    pool.take();
    BarPool read =
        new BarPool(BAR, StewardJson.read(StewardJson.write(pool.state()), BarPool.State.class));
    for (BarPool each : new BarPool[] {pool, read}) {
      add(each, 0, 1, 9, 1);
      add(each, 1, 4, 1, 1);
      add(each, 0, 5, 1, 1);
    }
    assertThat(read.take()).isEqualTo(pool.take()).containsExactly(1.5, 1.0);
  }
}
