package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos kill-one}. */
@Command(
    name = "kill-one",
    description = {
      "Kill -9 one of three instances at random moments, 20 times; each is started again when the"
          + " others have taken over.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class KillOneCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 20;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new KillOne(arena.options().rounds()).play(arena);
  }
}
