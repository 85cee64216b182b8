package io.vfr.chaos.failures;

import io.vfr.chaos.harness.SmallDisk;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code chaos full-disk}. */
@Command(
    name = "full-disk",
    description = {
      "Fill the disk of one of three instances and kill the others, 2 times; needs the right to mount (root).",
      "It must give up with its reason and come back; every price must have one prediction, with the"
          + " features that its history gives."
    })
public final class FullDiskCommand extends FailureCommand {
  @Override
  int defaultRounds() {
    return 2;
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    SmallDisk disk = arena.smallDisk(FullDisk.VICTIM, FullDisk.DISK_MEGABYTES);
    arena.open(3);
    new FullDisk(disk, arena.options().rounds()).play(arena);
  }
}
