package io.vfr.streams.state;

import java.util.function.BooleanSupplier;

/**
 * How many symbols a pool may hold: as configured, and while load is shed a quarter of what it held
 * when that began. Not thread-safe.
 */
public final class ShedBound {
  private static final int SHED_DIVISOR = 4;

  private final int most;
  private final BooleanSupplier shedding;
  private int bound;

  /**
   * A bound.
   *
   * @param most how many symbols the pool holds at most
   * @param shedding whether load is shed now
   */
  public ShedBound(int most, BooleanSupplier shedding) {
    this.most = most;
    this.shedding = shedding;
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
      bound = Math.max(1, Math.min(most - 1, held / SHED_DIVISOR));
    }
    return bound;
  }
}
