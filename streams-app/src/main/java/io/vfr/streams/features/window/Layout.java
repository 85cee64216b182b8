package io.vfr.streams.features.window;

/**
 * Where the numbers of a symbol's windows lie in its memory, which is one array: first what every
 * bar reads and changes, side by side, then the rings, of which a bar touches a few places. With
 * more symbols than the processor's caches hold, an update takes as long as it takes to fetch the
 * cache lines that it touches.
 */
final class Layout {
  /** Values of {@link RecursiveAverages}. */
  static final int AVERAGES = 0;

  /** The newest closed bar. */
  static final int PREVIOUS_HIGH = AVERAGES + RecursiveAverages.VALUES;

  static final int PREVIOUS_LOW = PREVIOUS_HIGH + 1;
  static final int PREVIOUS_CLOSE = PREVIOUS_LOW + 1;

  /** {@link Compensated} sums of each kind of window. */
  static final int CLOSE_SUMS = PREVIOUS_CLOSE + 1;

  static final int RETURN_SUMS = CLOSE_SUMS + CloseWindows.SUMS * Compensated.STRIDE;
  static final int VOLUME_SUMS = RETURN_SUMS + ReturnWindow.SUMS * Compensated.STRIDE;
  static final int PAIR_SUMS = VOLUME_SUMS + VolumeWindow.SUMS * Compensated.STRIDE;

  static final Ring VOLUMES =
      new Ring(PAIR_SUMS + PairWindows.SUMS * Compensated.STRIDE, VolumeWindow.SPAN + 1);
  static final Ring RETURNS = new Ring(VOLUMES.end(), ReturnWindow.SPAN + 1);
  static final Ring LEVELS = new Ring(RETURNS.end(), PairWindows.LEVELS + 1);
  static final Ring CLOSES = new Ring(LEVELS.end(), CloseWindows.CLOSES);

  /** Numbers of a memory. */
  static final int SIZE = CLOSES.end();

  /** Numbers of a cache line. */
  private static final int LINE = 64 / Double.BYTES;

  private Layout() {}

  /**
   * Reads a number of most cache lines that a bar is about to need, one after the other without
   * waiting for any: where the symbol is one of many none of them is in a cache, and the processor
   * fetches side by side what does not depend on each other, as the computation's reads do.
   *
   * @return something that depends on all of them; for the caller to keep, or they are left out
   */
  static double fetch(double[] memory, long closedBars) {
    double sums = memory[0];
    for (int i = LINE; i < VOLUMES.from(); i += LINE) {
      sums += memory[i];
    }
    int next = CLOSES.next(closedBars);
    double closes = CLOSES.get(memory, next, 0);
    for (int period : FeatureIndex.PERIODS) {
      closes += CLOSES.get(memory, next, CloseWindows.leaving(period));
    }
    next = LEVELS.next(closedBars);
    double levels = LEVELS.get(memory, next, 0);
    for (int span : PairWindows.SPANS) {
      levels += LEVELS.get(memory, next, span);
    }
    return sums + (closes + levels);
  }
}
