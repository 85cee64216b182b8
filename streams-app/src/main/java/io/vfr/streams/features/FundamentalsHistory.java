package io.vfr.streams.features;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one symbol's fundamentals. As of t the newest period end among the versions known
 * at t is in force, the newest {@code knownAt} winning within a period; a restatement is never seen
 * before it was published.
 */
final class FundamentalsHistory {
  /**
   * One published record.
   *
   * @param slots vector slots of the values
   * @param values the values, parallel to {@code slots}
   */
  record Version(long knownAt, long periodEnd, int[] slots, double[] values) {
    boolean outranks(@Nullable Version other) {
      return other == null
          || periodEnd > other.periodEnd
          || (periodEnd == other.periodEnd && knownAt >= other.knownAt);
    }
  }

  private List<Version> byKnownAt = List.of();
  private List<Version> inForce = List.of();

  /** Adds a version; one with the same period end and known-at time replaces its predecessor. */
  void add(Version version) {
    if (byKnownAt.isEmpty()) {
      byKnownAt = new ArrayList<>(2);
      inForce = new ArrayList<>(2);
    }
    byKnownAt.removeIf(v -> v.knownAt == version.knownAt && v.periodEnd == version.periodEnd);
    int at = byKnownAt.size();
    while (at > 0 && byKnownAt.get(at - 1).knownAt > version.knownAt) {
      at--;
    }
    byKnownAt.add(at, version);
    rank();
  }

  /** The version in force as of t, or null if none was known. */
  @Nullable Version asOf(long millis) {
    int at = lastKnownAt(millis);
    return at < 0 ? null : inForce.get(at);
  }

  /**
   * Forgets the versions that cannot be in force at or after a time.
   *
   * @return what was forgotten, for the caller to delete from the store
   */
  List<Version> prune(long earliestMillis) {
    int at = lastKnownAt(earliestMillis);
    if (at <= 0) {
      return List.of();
    }
    Version winner = inForce.get(at);
    List<Version> known = byKnownAt.subList(0, at + 1);
    List<Version> gone = new ArrayList<>(known);
    gone.remove(winner);
    known.clear();
    byKnownAt.add(0, winner);
    rank();
    return gone;
  }

  private int lastKnownAt(long millis) {
    int low = 0;
    int high = byKnownAt.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byKnownAt.get(middle).knownAt <= millis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private void rank() {
    inForce.clear();
    Version winner = null;
    for (Version version : byKnownAt) {
      winner = version.outranks(winner) ? version : winner;
      inForce.add(winner);
    }
  }
}
