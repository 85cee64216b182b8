package io.vfr.streams.state;

import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * How many symbols one task's part of a pool may hold: as configured, and while load is shed a
 * quarter of what it held when that began. Not thread-safe.
 */
public final class ShedBound {
  static final int SHED_DIVISOR = 4;

  private final int most;
  private final BooleanSupplier shedding;
  private final IntSupplier quarter;
  private int bound;

  /**
   * A bound.
   *
   * @param most how many symbols the part holds at most
   * @param shedding whether load is shed now
   * @param quarter a quarter of what the pool's parts held on average when that began: a part may
   *     hold as much even if it held less, such as that of a task that has only just come
   */
  public ShedBound(int most, BooleanSupplier shedding, IntSupplier quarter) {
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
    if (!shedding.getAsBoolean()) {
      bound = most;
    } else if (bound == most) {
      int kept = Math.max(held / SHED_DIVISOR, quarter.getAsInt());
      bound = Math.max(1, Math.min(most - 1, kept));
    }
    return bound;
  }
}
