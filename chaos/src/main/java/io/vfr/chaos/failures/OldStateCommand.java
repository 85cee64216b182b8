package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos old-state}. */
@Command(
    name = "old-state",
    description = {
      "Give one of three instances a state of some time before, 4 times, every second time one that rested for days.",
      "It must catch up or give it up; every price must have one prediction, with the features that its history gives."
    })
public final class OldStateCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 4;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new OldState(arena.options().rounds()).play(arena);
  }
}
