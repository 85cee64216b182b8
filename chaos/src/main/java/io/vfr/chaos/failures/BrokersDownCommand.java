package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos brokers-down}. */
@Command(
    name = "brokers-down",
    description = {
      "Kill -9 all three brokers, leave them down for 30 s and start them again.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class BrokersDownCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 1;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new BrokersDown(arena.options().rounds()).play(arena);
  }
}
