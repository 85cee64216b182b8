package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Starts two instances beside a first one and stops them again; in rounds. */
final class Scale implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(6);
  private static final List<Integer> OTHERS = List.of(1, 2);

  private final int rounds;

  Scale(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      Recovery out = arena.fail("scale out, round " + round);
      for (int instance : OTHERS) {
        arena.fleet().launch(instance);
      }
      for (int instance : OTHERS) {
        arena.fleet().awaitReady(instance);
      }
      arena.awaitRecovery(out, Set.of());
      arena.pause(PAUSE_MAX);
      for (int instance : OTHERS) {
        Set<String> affected = arena.symbolsOf(instance);
        Recovery in = arena.fail("scale in, instance " + instance + ", round " + round);
        arena.fleet().stop(instance);
        arena.awaitRecovery(in, affected);
      }
    }
  }
}
