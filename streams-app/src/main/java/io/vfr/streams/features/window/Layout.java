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

  private Layout() {}
}
