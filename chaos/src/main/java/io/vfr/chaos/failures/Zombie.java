package io.vfr.chaos.failures;

import io.vfr.chaos.harness.Instance;
import io.vfr.chaos.harness.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Suspends an instance until the group has given its partitions to others, and lets it go on where
 * it was: it must learn that it is fenced, and be given partitions again; in rounds.
 */
final class Zombie implements Steps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(4);
  private static final Duration BACK_TIMEOUT = Duration.ofSeconds(90);

  /**
   * What Kafka's clients and Kafka Streams call it when an instance learns that it was replaced.
   * One with nothing under way learns it from the group alone, and says so below the level of
   * warnings.
   */
  private static final Pattern FENCED =
      Pattern.compile(
          "TaskMigratedException|ProducerFencedException|InvalidProducerEpochException"
              + "|UnknownMemberIdException|IllegalGenerationException|FencedInstanceIdException"
              + "|CommitFailedException|InvalidTxnStateException|missed last rebalance"
              + "|Lost previously assigned partitions");

  private final int rounds;

  Zombie(int rounds) {
    this.rounds = rounds;
  }

  @Override
  public void play(Arena arena) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      arena.pause(PAUSE_MAX);
      List<Integer> running = arena.fleet().running();
      int victim = running.get(arena.random().nextInt(running.size()));
      Instance zombie = arena.fleet().get(victim);
      // One without work has nothing to be fenced from.
      Set<String> affected = arena.awaitSymbolsOf(victim, BACK_TIMEOUT);
      int logged = zombie.errors().length();
      Recovery recovery = arena.fail("SIGSTOP to instance " + victim + ", round " + round);
      zombie.suspend();
      Thread.sleep(arena.sessionTimeout().multipliedBy(2));
      arena.awaitRecovery(recovery, affected);
      arena
          .verdict()
          .breachIf(
              !arena.symbolsOf(victim).isEmpty(),
              "instance " + victim + " is suspended, and the group has not put it out");
      zombie.resume();
      judge(arena, victim, logged);
    }
  }

  private static void judge(Arena arena, int victim, int logged)
      throws IOException, InterruptedException {
    Instance zombie = arena.fleet().get(victim);
    long end = System.nanoTime() + BACK_TIMEOUT.toNanos();
    Set<String> signs = Set.of();
    while (System.nanoTime() < end && signs.isEmpty()) {
      Thread.sleep(Duration.ofMillis(200));
      signs =
          FENCED
              .matcher(zombie.errors().substring(logged))
              .results()
              .map(MatchResult::group)
              .collect(Collectors.toCollection(TreeSet::new));
    }
    boolean back = !arena.awaitSymbolsOf(victim, BACK_TIMEOUT).isEmpty();
    arena.say("instance " + victim + " was fenced: " + signs + ", is back: " + back);
    arena.verdict().figure("fencedBy", signs);
    arena
        .verdict()
        .breachIf(
            signs.isEmpty(), "instance " + victim + " went on and says nowhere that it was fenced");
    arena
        .verdict()
        .breachIf(
            !back, "instance " + victim + " was given nothing within " + BACK_TIMEOUT + " again");
  }
}
