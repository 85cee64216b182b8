package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos rolling}. */
@Command(
    name = "rolling",
    description = {
      "Stop (SIGTERM) one of three instances after the other and start it again, 2 times over.",
      "Every price must have one prediction, with the features that its history gives."
    })
public final class RollingCommand extends FailureCommand {
  private static final int INSTANCES = 3;

  @Override
  int defaultRounds() {
    return 2;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(INSTANCES);
    new Rolling(arena.options().rounds(), INSTANCES).play(arena);
  }
}
