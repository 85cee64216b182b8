package io.vfr.chaos.failures;

import io.vfr.chaos.harness.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Gives an instance back the state that it had some time before, as a restored backup would; every
 * second time one that rested for longer than changelogs remember deletions. In rounds.
 */
final class OldState implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);
  private static final Duration MEANWHILE = Duration.ofSeconds(10);
  private static final Duration LONG_REST = Duration.ofDays(2);
  private static final String TOLD = "may hold what was deleted";

  private final int rounds;

  OldState(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> running = arena.fleet().running();
      int victim = running.get(arena.random().nextInt(running.size()));
      Path state = arena.fleet().get(victim).stateDir();
      Path copy = state.resolveSibling("copy-of-state-" + victim);
      restart(
          arena,
          victim,
          "stop of instance " + victim + " for a copy, round " + round,
          () -> StateFiles.copy(state, copy));
      Thread.sleep(MEANWHILE);
      boolean rested = round % 2 == 0;
      restart(
          arena,
          victim,
          "old state for instance " + victim + ", round " + round,
          () -> {
            StateFiles.copy(copy, state);
            if (rested) {
              StateFiles.lastUsed(state, Instant.now().minus(LONG_REST).toString());
            }
          });
      boolean told = arena.fleet().get(victim).errors().contains(TOLD);
      arena
          .verdict()
          .breachIf(
              told != rested,
              "instance "
                  + victim
                  + (told ? " gave good state up" : " trusts state that is too old"));
    }
  }

  /** Something that is done to files. */
  private interface Change {
    void make() throws IOException;
  }

  private static void restart(Arena arena, int victim, String what, Change change)
      throws IOException, InterruptedException {
    Set<String> affected = arena.symbolsOf(victim);
    var recovery = arena.fail(what);
    arena.fleet().stop(victim);
    change.make();
    arena.fleet().launch(victim);
    arena.fleet().awaitReady(victim);
    arena.awaitRecovery(recovery, affected);
  }
}
