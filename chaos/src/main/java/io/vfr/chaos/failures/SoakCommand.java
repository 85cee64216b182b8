package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Fleet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaos soak}. */
@Command(
    name = "soak",
    description = {
      "Let two instances run under a steady load, for 30 minutes, and break nothing.",
      "From 10 minutes on resident memory, threads and open files must not grow from the second"
          + " quarter to the last; the lag must stay small; every price must have one prediction,"
          + " with the features that its history gives. --rounds has no meaning here."
    })
public final class SoakCommand extends FailureCommand {
  private static final int INSTANCES = 2;

  @Option(names = "--minutes", defaultValue = "30", description = "How long (default: 30).")
  private int minutes;

  @Override
  int defaultRounds() {
    return 1;
  }

  @Override
  int defaultRate() {
    return 300;
  }

  @Override
  int defaultSymbols() {
    return 300;
  }

  @Override
  List<String> jvmOptions() {
    return Fleet.LONG_LIVED;
  }

  @Override
  void checkOptions() {
    atLeast("--minutes", minutes, 1);
  }

  @Override
  void play(Arena arena) throws IOException, InterruptedException {
    arena.open(INSTANCES);
    new Soak(Duration.ofMinutes(minutes)).play(arena);
  }
}
