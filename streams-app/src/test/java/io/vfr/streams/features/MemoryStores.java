package io.vfr.streams.features;

import io.vfr.streams.config.BarsConfig;
import io.vfr.streams.state.InMemoryState;
import io.vfr.streams.state.StateTable;
import io.vfr.streams.state.TaskState;
import io.vfr.streams.state.TaskState.Table;
import java.time.Duration;

/** The tables behind a {@link BarLedger}, in memory; they outlive it. */
final class MemoryStores {
  private final TaskState state = InMemoryState.open();
  final StateTable bars = state.table(Table.BARS);
  final StateTable checkpoints = state.table(Table.INDICATOR_CHECKPOINTS);
  final StateTable parts = state.table(Table.BAR_PARTS);

  /** A ledger over what earlier ledgers have stored. */
  BarLedger ledger(Duration interval, Duration grace) {
    return new BarLedger(new BarsConfig(interval, grace), state);
  }
}
