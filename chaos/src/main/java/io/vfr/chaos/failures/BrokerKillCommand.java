package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos broker-kill}. */
@Command(
    name = "broker-kill",
    description = {
      "Kill -9 one of three brokers and start it again, then another, 2 times.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class BrokerKillCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 2;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new BrokerKill(arena.options().rounds()).play(arena);
  }
}
