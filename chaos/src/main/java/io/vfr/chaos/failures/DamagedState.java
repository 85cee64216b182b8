package io.vfr.chaos.failures;

import io.vfr.chaos.harness.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Stops an instance, damages a file of its state, and starts it again on it; in rounds. */
final class DamagedState implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

  /** Of the largest tables, one is damaged: those are of stores that hold the most. */
  private static final int LARGEST = 4;

  private static final String TOLD = "are damaged";

  private final int rounds;

  DamagedState(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    int found = 0;
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> running = arena.fleet().running();
      int victim = running.get(arena.random().nextInt(running.size()));
      Path state = arena.fleet().get(victim).stateDir();
      var affected = arena.symbolsOf(victim);
      var recovery = arena.fail("a damaged file for instance " + victim + ", round " + round);
      arena.fleet().stop(victim);
      List<Path> tables = StateFiles.tables(state);
      Path table = tables.get(arena.random().nextInt(Math.min(LARGEST, tables.size())));
      StateFiles.damage(table);
      arena.say("damaged " + state.relativize(table));
      arena.fleet().launch(victim);
      arena.fleet().awaitReady(victim);
      arena.awaitRecovery(recovery, affected);
      boolean told = arena.fleet().get(victim).errors().contains(TOLD);
      found += told ? 1 : 0;
      arena
          .verdict()
          .breachIf(!told, "instance " + victim + " does not say that " + table + " is damaged");
    }
    arena.verdict().figure("damagedFiles", rounds);
    arena.verdict().figure("damageFound", found);
  }
}
