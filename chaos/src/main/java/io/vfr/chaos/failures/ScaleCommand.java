package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos scale}. */
@Command(
    name = "scale",
    description = {
      "Scale from one instance to three and back to one, 2 times.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class ScaleCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 2;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(1);
    new Scale(arena.options().rounds()).play(arena);
  }
}
