package io.vfr.chaos.failures;

import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code chaos brokers-absent}. */
@Command(
    name = "brokers-absent",
    description = {
      "Start three instances before there is any broker, and the brokers 20 s later.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class BrokersAbsentCommand extends FailureCommand {
  private static final Duration WAIT = Duration.ofSeconds(20);

  @Override
  int defaultRounds() {
    return 1;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      arena.fleet().launch(i);
    }
    arena.say("instances wait for brokers");
    Thread.sleep(WAIT);
    arena.startCluster();
    for (int i = 0; i < 3; i++) {
      arena.fleet().awaitReady(i);
    }
    arena.say("instances are ready");
    arena.startLoad();
    Thread.sleep(WAIT);
  }
}
