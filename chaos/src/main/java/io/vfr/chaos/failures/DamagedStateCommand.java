package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos damaged-state}. */
@Command(
    name = "damaged-state",
    description = {
      "Damage a file of the state of one of three instances while it is stopped, 4 times.",
      "It must notice and restore it; every price must have one prediction, with the features that its history gives."
    })
public final class DamagedStateCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 4;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new DamagedState(arena.options().rounds()).play(arena);
  }
}
