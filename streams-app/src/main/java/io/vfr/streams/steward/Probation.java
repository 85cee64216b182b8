package io.vfr.streams.steward;

import io.vfr.models.evaluation.BettingTest;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Duel;
import io.vfr.streams.scoring.ModelScores.RowScores;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A promoted model beside the version that it replaced, which is scored on as a shadow: what both
 * did since the promotion, and whether the promotion should be taken back. It lasts until another
 * version is promoted or the predecessor is retired.
 */
final class Probation {
  /** So many rows must have failed, and this share of all. */
  private static final long FAILED_MIN = 10;

  private static final double FAILURE_RATE = 0.01;

  /** So many rows must have been timed. */
  private static final long TIMED_MIN = 1_000;

  /** What counts as worse than the predecessor, in failures and in time. */
  private static final double TIMES_WORSE = 2;

  private static final int BATCH_ROWS = 32;

  /**
   * What is stored.
   *
   * @param promotedAt {@code changedAt} of the promotion, epoch milliseconds
   * @param outcomes outcomes in the bars that were tested
   */
  record State(
      String id,
      String version,
      String predecessor,
      long promotedAt,
      RowTotals champion,
      RowTotals before,
      BettingTest test,
      long outcomes,
      BarPool.State bars) {
    static State start(String id, String version, String predecessor, long promotedAt) {
      return new State(
          id,
          version,
          predecessor,
          promotedAt,
          RowTotals.NONE,
          RowTotals.NONE,
          BettingTest.START,
          0,
          BarPool.State.EMPTY);
    }
  }

  private final String id;
  private final String version;
  private final String predecessor;
  private final long promotedAt;
  private RowTotals champion;
  private RowTotals before;
  private BettingTest test;
  private long outcomes;
  private final BarPool bars;

  Probation(State state, long intervalMillis) {
    id = state.id();
    version = state.version();
    predecessor = state.predecessor();
    promotedAt = state.promotedAt();
    champion = state.champion();
    before = state.before();
    test = state.test();
    outcomes = state.outcomes();
    bars = new BarPool(intervalMillis, state.bars());
  }

  State state() {
    return new State(
        id, version, predecessor, promotedAt, champion, before, test, outcomes, bars.state());
  }

  String version() {
    return version;
  }

  String predecessor() {
    return predecessor;
  }

  private String key() {
    return id + "@" + version;
  }

  private String predecessorKey() {
    return id + "@" + predecessor;
  }

  /** Takes what became of rows; true if they were one of the two models'. */
  boolean add(RowScores rows) {
    if (rows.model().equals(key())) {
      champion = champion.plus(rows);
      return true;
    }
    if (rows.model().equals(predecessorKey())) {
      before = before.plus(rows);
      return true;
    }
    return false;
  }

  /** Takes one partition's outcomes of a bar; true if the two models met in them. */
  boolean add(int partition, BarScores bar) {
    boolean met = false;
    for (Duel duel : bar.duels()) {
      if (duel.champion().equals(key()) && duel.shadow().equals(predecessorKey())) {
        bars.reached(partition, bar.bar());
        bars.add(bar.bar(), duel.lossDifference(), duel.outcomes());
        outcomes += duel.outcomes();
        met = true;
      }
    }
    for (double difference : bars.take()) {
      // Sums of many terms may leave the range of each by a rounding.
      test = test.observe(Math.clamp(difference, -1, 1));
    }
    return met;
  }

  /** How sure it is that the champion is worse on outcomes: an e-value. */
  double evidence() {
    return test.evidence();
  }

  /**
   * Why the promotion should be taken back; null if nothing speaks for it.
   *
   * @param level largest chance that a champion that is no worse is called so for its outcomes,
   *     ever
   * @param timeoutMicros {@code models.timeout}, the time for a whole batch, microseconds
   */
  @Nullable String objection(double level, long timeoutMicros) {
    if (champion.failed() >= FAILED_MIN
        && champion.failureRate() >= FAILURE_RATE
        && champion.failureRate() >= TIMES_WORSE * before.failureRate()) {
      return String.format(
          Locale.ROOT,
          "it failed in %d of %d rows, %s in %d of %d",
          champion.failed(),
          champion.rows(),
          predecessor,
          before.failed(),
          before.rows());
    }
    double allowed = (double) timeoutMicros / BATCH_ROWS;
    if (champion.scored() >= TIMED_MIN
        && before.scored() >= TIMED_MIN
        && champion.meanMicros() > allowed
        && champion.meanMicros() > TIMES_WORSE * before.meanMicros()) {
      return String.format(
          Locale.ROOT,
          "it takes %.0f microseconds for a row, %s takes %.0f; models.timeout allows %.0f",
          champion.meanMicros(),
          predecessor,
          before.meanMicros(),
          allowed);
    }
    if (test.isWorse(level)) {
      return String.format(
          Locale.ROOT,
          "it does worse than %s in the same %d outcomes of %d bars (e-value %.0f, mean difference of"
              + " the losses %.4f)",
          predecessor,
          outcomes,
          test.observations(),
          test.evidence(),
          test.sum() / test.observations());
    }
    return null;
  }

  RollbackRequest request(String reason) {
    return new RollbackRequest(id, version, promotedAt, reason);
  }
}
