package io.vfr.chaos.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.Verdict;
import io.vfr.streams.config.ProcessingConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short forms, one after the other on one cluster, under one ledger and one oracle. Missing are
 * those that need a cluster of their own: brokers that are absent at first, and a disk that is
 * full, which takes the right to mount one.
 */
class FailuresIT {
  private static final long SEED = 7;

  /** Kept when something is wrong: logs of instances and brokers, and the topics. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path dir;

  private static void addTwo(Arena arena) throws IOException, InterruptedException {
    for (int instance : List.of(1, 2)) {
      arena.fleet().launch(instance);
    }
    for (int instance : List.of(1, 2)) {
      arena.fleet().awaitReady(instance);
    }
  }

  @Test
  void instancesAndBrokersKilledSuspendedAndRestarted_exactlyOnce_nothingLostDoubledOrWrong()
      throws Exception {
    Options options =
        new Options(
            SEED,
            50,
            12,
            80,
            1,
            ProcessingConfig.Mode.EXACTLY_ONCE,
            0,
            false,
            200,
            0,
            Path.of("../models/registry").toRealPath(),
            dir);
    Verdict verdict;
    try (Arena arena = new Arena("failures", options, System.out::println)) {
      arena.open(1);
      for (Steps steps :
          List.of(
              new Scale(1),
              FailuresIT::addTwo,
              new KillOne(2),
              new Zombie(1),
              new BrokerKill(1),
              new Rolling(1, 1),
              new DamagedState(1),
              new OldState(1),
              new KillAll(1),
              new BrokersDown(1),
              new Upgrade(1))) {
        steps.play(arena);
      }
      verdict = arena.finish();
    }

    verdict.print(new PrintWriter(System.out, true, StandardCharsets.UTF_8), false);
    assertThat(verdict.breaches()).isEmpty();
    assertThat(verdict.figures())
        .containsEntry("seed", SEED)
        .containsEntry("missing", 0L)
        .containsEntry("duplicated", 0L)
        .containsEntry("wrong", 0)
        .containsEntry("deadLettered", 0L);
  }
}
