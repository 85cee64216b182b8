package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Kills one instance of those that have work, at a random moment, and starts it again; in rounds.
 */
final class KillOne implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

  private final int rounds;

  KillOne(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      int victim = victim(arena);
      Set<String> affected = arena.symbolsOf(victim);
      Recovery recovery = arena.fail("kill -9 of instance " + victim + ", round " + round);
      arena.fleet().kill(victim);
      arena.awaitRecovery(recovery, affected);
      arena.fleet().launch(victim);
      arena.fleet().awaitReady(victim);
    }
  }

  /**
   * One by chance among those that have work; one that was started a moment ago may have none, and
   * nobody would notice its end. Any, while the group gives nobody any.
   */
  private static int victim(Arena arena) throws IOException, InterruptedException {
    List<Integer> running = new ArrayList<>(arena.fleet().running());
    Collections.shuffle(running, arena.random());
    for (int instance : running) {
      if (!arena.symbolsOf(instance).isEmpty()) {
        return instance;
      }
    }
    return running.getFirst();
  }
}
