package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Restarts one instance after the other in the ordinary way; in rounds. */
final class Rolling implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  private final int rounds;
  private final int instancesMax;

  /**
   * Rounds over instances.
   *
   * @param instancesMax how many are restarted in a round
   */
  Rolling(int rounds, int instancesMax) {
    this.rounds = rounds;
    this.instancesMax = instancesMax;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      List<Integer> running = arena.fleet().running();
      for (int instance : running.subList(0, Math.min(instancesMax, running.size()))) {
        arena.pause(PAUSE_MAX);
        Set<String> affected = arena.symbolsOf(instance);
        Recovery recovery = arena.fail("SIGTERM to instance " + instance + ", round " + round);
        arena.fleet().stop(instance);
        arena.awaitRecovery(recovery, affected);
        arena.fleet().launch(instance);
        arena.fleet().awaitReady(instance);
      }
    }
  }
}
