package io.vfr.chaos.failures;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos upgrade}. */
@Command(
    name = "upgrade",
    description = {
      "Replace three instances one by one by the next build, whose stored formats are one version"
          + " higher, and put one back.",
      "The one must refuse, with a line that names the versions, the state directory and the"
          + " changelogs; every price must have one prediction, with the features that its history"
          + " gives. Formats that do not change are what rolling does."
    })
public final class UpgradeCommand extends FailureCommand {
  private static final int INSTANCES = 3;

  @Override
  int defaultRounds() {
    return 1;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(INSTANCES);
    new Upgrade(arena.options().rounds()).play(arena);
  }
}
