package io.vfr.chaos.swaps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which swaps are made, in which order: a pure function of the seed. Seven of ten are good, in turn
 * of all models, one of twenty of them a rollback; three of ten are bad, in turn of all flaws, of
 * any model. One of ten rounds has several swaps of different models at once.
 *
 * @param rounds swaps that are made without waiting for each other
 */
record SwapPlan(List<List<Swap>> rounds) {
  private static final double BAD_SHARE = 0.3;
  private static final double ROLLBACK_SHARE = 0.05;
  private static final double BURST_SHARE = 0.1;
  private static final int BURST_MAX = 3;

  /**
   * One swap.
   *
   * @param number 1 for the first of the plan
   * @param rollback whether a good one goes back to the version before, where there is one
   * @param flaw what is wrong with it; null for a good one
   */
  record Swap(int number, String id, boolean rollback, @Nullable Flaw flaw) {}

  SwapPlan {
    rounds = rounds.stream().map(List::copyOf).toList();
  }

  /** The plan of a seed. */
  static SwapPlan of(long seed, int swaps, List<String> ids) {
    Random random = new Random(seed);
    List<List<Swap>> rounds = new ArrayList<>();
    int good = 0;
    int bad = 0;
    int number = 0;
    while (number < swaps) {
      int size = random.nextDouble() < BURST_SHARE ? 2 + random.nextInt(BURST_MAX - 1) : 1;
      Set<String> taken = new HashSet<>();
      List<Swap> round = new ArrayList<>();
      while (round.size() < size && number < swaps) {
        boolean isBad = random.nextDouble() < BAD_SHARE;
        String id = ids.get((isBad ? random.nextInt(ids.size()) : good) % ids.size());
        if (!taken.add(id)) {
          break;
        }
        number++;
        if (isBad) {
          round.add(new Swap(number, id, false, Flaw.values()[bad++ % Flaw.values().length]));
        } else {
          good++;
          round.add(new Swap(number, id, random.nextDouble() < ROLLBACK_SHARE, null));
        }
      }
      if (!round.isEmpty()) {
        rounds.add(round);
      }
    }
    return new SwapPlan(rounds);
  }

  /** How many swaps it has. */
  int size() {
    return rounds.stream().mapToInt(List::size).sum();
  }
}
