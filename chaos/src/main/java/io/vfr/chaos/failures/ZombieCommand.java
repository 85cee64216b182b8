package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos zombie}. */
@Command(
    name = "zombie",
    description = {
      "Suspend (SIGSTOP) one of three instances for twice the session timeout and let it go on, 3 times.",
      "It must be fenced and come back; every price must have one prediction, with the features that its history gives."
    })
public final class ZombieCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 3;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(3);
    new Zombie(arena.options().rounds()).play(arena);
  }
}
