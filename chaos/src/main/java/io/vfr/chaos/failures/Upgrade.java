package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Instance;
import io.vfr.chaos.harness.NextBuild;
import io.vfr.chaos.harness.Recovery;
import io.vfr.chaos.harness.StateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Replaces one instance after the other by the next build, whose stored formats are one version
 * higher, and then puts one back to this build: it must refuse what the next one has written, in
 * its own state directory and in the changelogs, and the others must carry on. In rounds of putting
 * back.
 */
final class Upgrade implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  /** An instance without state is given tasks when the group next looks, once a minute. */
  private static final Duration END_TIMEOUT = Duration.ofSeconds(150);

  /** The line for people; stack traces may tell it once more. */
  private static final Pattern REFUSAL =
      Pattern.compile(
          "[^\\n]*(?:it cannot read its state|The state in)[^\\n]*"
              + "has format version \\d+, this build reads [\\d.]+[^\\n]*");

  private final int rounds;
  private int refusedMeanwhile;

  Upgrade(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    Path next = NextBuild.write(arena.options().dir().resolve("next-build"));
    for (int instance : arena.fleet().running()) {
      roll(arena, instance, next);
    }
    arena.verdict().figure("refusedMeanwhile", refusedMeanwhile);
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> running = arena.fleet().running();
      int victim = running.get(arena.random().nextInt(running.size()));
      putBack(arena, victim, next, round);
    }
  }

  /**
   * While both builds run, the group may give an instance of this build a task that the next one
   * has written: it must end with its reason, and is replaced as it is.
   */
  private void roll(Arena arena, int instance, Path next) throws IOException, InterruptedException {
    arena.pause(PAUSE_MAX);
    Set<String> affected = arena.symbolsOf(instance);
    Recovery recovery = arena.fail("the next build for instance " + instance);
    arena.fleet().build(instance, next);
    Instance old = arena.fleet().get(instance);
    // One that has said so may still be closing what it has open.
    if (old.isAlive() && !REFUSAL.matcher(old.errors()).find()) {
      arena.fleet().stop(instance);
      arena.fleet().launch(instance);
    } else {
      refusedMeanwhile++;
      awaitRefusal(arena, instance, "a task of the next build");
      arena.fleet().restart(instance);
    }
    arena.fleet().awaitReady(instance);
    arena.awaitRecovery(recovery, affected);
  }

  private void putBack(Arena arena, int victim, Path next, int round)
      throws IOException, InterruptedException {
    Set<String> affected = arena.symbolsOf(victim);
    Recovery recovery =
        arena.fail("this build again for instance " + victim + ", on its state, round " + round);
    arena.fleet().stop(victim);
    arena.fleet().build(victim, null);
    arena.fleet().launch(victim);
    awaitRefusal(arena, victim, "the state directory of the next build");
    arena.awaitRecovery(recovery, affected);

    Recovery again =
        arena.fail("this build again for instance " + victim + ", without state, round " + round);
    arena.fleet().get(victim).kill();
    StateFiles.delete(arena.fleet().stateDir(victim));
    arena.fleet().restart(victim);
    awaitRefusal(arena, victim, "what the next build wrote to the changelogs");
    arena.awaitRecovery(again, arena.symbols());

    arena.fleet().build(victim, next);
    arena.fleet().restart(victim);
    arena.fleet().awaitReady(victim);
  }

  private static void awaitRefusal(Arena arena, int victim, String what)
      throws IOException, InterruptedException {
    Instance instance = arena.fleet().get(victim);
    if (instance.awaitEnd(END_TIMEOUT)) {
      judgeRefusal(arena, instance, what);
    } else {
      arena.verdict().breach("instance " + victim + " of this build does not refuse " + what);
    }
  }

  private static void judgeRefusal(Arena arena, Instance ended, String what)
      throws IOException, InterruptedException {
    Optional<String> refusal =
        REFUSAL.matcher(ended.errors()).results().map(found -> found.group().strip()).findFirst();
    int exitCode = ended.stop();
    arena.say("exit code " + exitCode + ", refused: " + refusal.orElse("nothing"));
    arena
        .verdict()
        .breachIf(refusal.isEmpty(), "no line tells found and readable versions of " + what);
    arena.verdict().breachIf(exitCode == 0, "exit code 0 of an instance that refuses " + what);
  }
}
