package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Cluster;
import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;

/** Kills a broker and starts it again when all goes on, then the next one; in rounds. */
final class BrokerKill implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

  private final int rounds;

  BrokerKill(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    int victim = arena.random().nextInt(Cluster.NODES);
    for (int kill = 0; kill < 2 * rounds; kill++) {
      arena.pause(PAUSE_MAX);
      Recovery recovery = arena.fail("kill -9 of broker " + victim + ", kill " + (kill + 1));
      arena.cluster().kill(victim);
      arena.awaitRecovery(recovery, arena.symbols());
      arena.cluster().launch(victim);
      arena.cluster().awaitReady(victim);
      // Two at once would be one too many for min ISR 2: the first is back when its copies are.
      arena.awaitInSync();
      victim = (victim + 1 + arena.random().nextInt(Cluster.NODES - 1)) % Cluster.NODES;
    }
  }
}
