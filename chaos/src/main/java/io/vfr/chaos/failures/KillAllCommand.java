package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos kill-all}. */
@Command(
    name = "kill-all",
    description = {
      "Kill -9 all three instances at the same moment and start them again, 3 times.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class KillAllCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 3;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new KillAll(arena.options().rounds()).play(arena);
  }
}
