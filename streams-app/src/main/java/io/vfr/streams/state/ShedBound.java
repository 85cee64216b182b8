package io.vfr.streams.state;

import java.util.function.IntSupplier;

/**
 * How many symbols one task's part of a pool may hold: as configured, and each time load is shed a
 * quarter of what it held then. Not thread-safe.
 */
public final class ShedBound {
  static final int SHED_DIVISOR = 4;

  private final int most;
  private final IntSupplier shedding;
  private final IntSupplier quarter;
  private int bound;

  /** The shedding that the bound is of; 0 if none. */
  private int known;

  /**
   * A bound.
   *
   * @param most how many symbols the part holds at most
   * @param shedding the number of the shedding that is on, {@link HeapPools#shedding}
   * @param quarter a quarter of what the pool's parts held on average when that began: a part may
   *     hold as much even if it held less, such as that of a task that has only just come
   */
  public ShedBound(int most, IntSupplier shedding, IntSupplier quarter) {
    this.most = most;
    this.shedding = shedding;
    this.quarter = quarter;
    bound = most;
  }

  /**
   * How many symbols may be held now.
   *
   * @param held how many are
   */
  public int allowed(int held) {
    int now = shedding.getAsInt();
    if (now == 0) {
      bound = most;
    } else if (now != known) {
      int kept = Math.max(held / SHED_DIVISOR, quarter.getAsInt());
      bound = Math.max(1, Math.min(bound, kept));
    }
    known = now;
    return bound;
  }
}
