package io.vfr.streams.features.window;

/** Volume features: a rolling sum over the last 19 closed bars and the few newest volumes. */
final class VolumeWindow {
  /** Closed volumes of the longest window. */
  static final int SPAN = 19;

  private static final double SPIKE_RATIO = 2;

  /** The volumes'. */
  static final int SUMS = 1;

  private VolumeWindow() {}

  private static double volume(double[] memory, int next, int age) {
    return Layout.VOLUMES.get(memory, next, age);
  }

  static void append(double[] memory, double volume, long closedBars) {
    int next = Layout.VOLUMES.next(closedBars);
    if (closedBars >= SPAN) {
      Compensated.add(memory, Layout.VOLUME_SUMS, -volume(memory, next, SPAN - 1));
    }
    Compensated.add(memory, Layout.VOLUME_SUMS, volume);
    memory[next] = volume;
  }

  /** Takes a volume of the history; the sum follows with {@link #rebuild}. */
  static void load(double[] memory, double volume, long closedBars) {
    memory[Layout.VOLUMES.next(closedBars)] = volume;
  }

  static void rebuild(double[] memory, long closedBars) {
    int next = Layout.VOLUMES.next(closedBars);
    Compensated.clear(memory, Layout.VOLUME_SUMS);
    for (int age = 0; age < Math.min(SPAN, closedBars); age++) {
      Compensated.add(memory, Layout.VOLUME_SUMS, volume(memory, next, age));
    }
  }

  /**
   * Writes the features; the forming bar completes the windows.
   *
   * @param next where the next volume goes
   */
  static void compute(double[] memory, int next, double volume, long bars, double[] out) {
    if (bars >= 5) {
      double total =
          volume
              + volume(memory, next, 0)
              + volume(memory, next, 1)
              + volume(memory, next, 2)
              + volume(memory, next, 3);
      if (total > 0) {
        double ratio = 5 * volume / total;
        out[FeatureIndex.VOLUME_RATIO_5D] = ratio;
        out[FeatureIndex.VOLUME_SPIKE] = ratio > SPIKE_RATIO ? 1 : 0;
      }
    }
    if (bars >= 10) {
      // Least squares on 0..n-1 weighs values by their distance from the middle: pairs of equal
      // volumes cancel exactly.
      double trend =
          (4.5 * (volume - volume(memory, next, 8))
                  + 3.5 * (volume(memory, next, 0) - volume(memory, next, 7))
                  + 2.5 * (volume(memory, next, 1) - volume(memory, next, 6))
                  + 1.5 * (volume(memory, next, 2) - volume(memory, next, 5))
                  + 0.5 * (volume(memory, next, 3) - volume(memory, next, 4)))
              / 82.5;
      double shortTrend =
          (2 * (volume - volume(memory, next, 3))
                  + (volume(memory, next, 0) - volume(memory, next, 2)))
              / 10;
      out[FeatureIndex.VOLUME_TREND_10D] = trend;
      out[FeatureIndex.VOLUME_ACCELERATION] = trend - shortTrend;
    }
    if (bars >= SPAN + 1) {
      double total = total(memory, next, volume);
      if (total > 0) {
        out[FeatureIndex.RELATIVE_VOLUME] = (SPAN + 1) * volume / total;
      }
    }
  }

  private static double total(double[] memory, int next, double volume) {
    double rolling =
        (Compensated.high(memory, Layout.VOLUME_SUMS) + volume)
            + Compensated.lowWith(memory, Layout.VOLUME_SUMS, volume);
    if (rolling > Compensated.peak(memory, Layout.VOLUME_SUMS) * Compensated.CANCELLED) {
      return rolling;
    }
    // Huge volumes have left the window and taken the bits of the small ones along.
    double total = volume;
    for (int age = 0; age < SPAN; age++) {
      total += volume(memory, next, age);
    }
    return total;
  }
}
