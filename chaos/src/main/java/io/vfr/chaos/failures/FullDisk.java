package io.vfr.chaos.failures;

import io.vfr.chaos.harness.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Fills the disk of an instance's state, and then kills another, so that it has to take over what
 * it has no space for: it must give up, and the rest must carry on. In rounds.
 */
final class FullDisk implements Steps {
  static final int DISK_MEGABYTES = 64;

  /** The instance whose state is on the small disk. */
  static final int VICTIM = 0;

  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(90);
  private static final String TOLD = "the disk of the state directory is full";

  private final SmallDisk disk;
  private final int rounds;

  FullDisk(SmallDisk disk, int rounds) {
    this.disk = disk;
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> others = arena.fleet().running().stream().filter(i -> i != VICTIM).toList();
      disk.fill();
      var recovery =
          arena.fail(
              "full disk of instance " + VICTIM + ", kill -9 of " + others + ", round " + round);
      for (int other : others) {
        arena.fleet().kill(other);
      }
      boolean ended = arena.fleet().get(VICTIM).awaitEnd(END_TIMEOUT);
      String said = arena.fleet().get(VICTIM).errors();
      arena.verdict().breachIf(!ended, "the instance without space goes on");
      arena
          .verdict()
          .breachIf(!said.contains(TOLD), "the instance does not say that its disk is full");
      for (int other : others) {
        arena.fleet().launch(other);
      }
      arena.awaitRecovery(recovery, arena.symbols());
      disk.free();
      arena.fleet().restart(VICTIM);
      for (int instance : arena.fleet().running()) {
        arena.fleet().awaitReady(instance);
      }
    }
  }
}
