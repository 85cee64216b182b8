package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Cluster;
import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;

/** Kills all brokers, waits, and starts them again; instances and load stay; in rounds. */
final class BrokersDown implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);
  private static final Duration DOWN = Duration.ofSeconds(30);

  private final int rounds;

  BrokersDown(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      arena.say("kill -9 of all brokers, round " + round);
      for (int i = 0; i < Cluster.NODES; i++) {
        arena.cluster().kill(i);
      }
      Thread.sleep(DOWN);
      // What the brokers did not take before they went is sent when they are back.
      Recovery recovery = arena.fail("start of all brokers after " + DOWN);
      for (int i = 0; i < Cluster.NODES; i++) {
        arena.cluster().launch(i);
      }
      for (int i = 0; i < Cluster.NODES; i++) {
        arena.cluster().awaitReady(i);
      }
      arena.awaitRecovery(recovery, arena.symbols());
      arena.awaitInSync();
    }
  }
}
