package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Kills all instances at a random moment and starts them again; in rounds. */
final class KillAll implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

  private final int rounds;

  KillAll(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> all = arena.fleet().running();
      Recovery recovery = arena.fail("kill -9 of all instances, round " + round);
      for (int instance : all) {
        arena.fleet().kill(instance);
      }
      for (int instance : all) {
        arena.fleet().launch(instance);
      }
      // All are affected, and the start of their processes is part of the time.
      arena.awaitRecovery(recovery, arena.symbols());
      for (int instance : all) {
        arena.fleet().awaitReady(instance);
      }
    }
  }
}
