package io.vfr.streams.features.window;

/** Volume features: a rolling sum over the last 19 closed bars and the few newest volumes. */
final class VolumeWindow {
  /** Closed volumes of the longest window. */
  static final int SPAN = 19;

  private static final double SPIKE_RATIO = 2;

  private final Ring volumes = new Ring(SPAN + 1);
  private final Compensated sum = new Compensated(1);

  void append(double volume, long closedBars) {
    if (closedBars >= SPAN) {
      sum.add(0, -volumes.get(SPAN - 1));
    }
    sum.add(0, volume);
    volumes.push(volume);
  }

  /** Takes a volume of the history; the sum follows with {@link #rebuild}. */
  void load(double volume) {
    volumes.push(volume);
  }

  void rebuild(long closedBars) {
    sum.clear(0);
    for (int age = 0; age < Math.min(SPAN, closedBars); age++) {
      sum.add(0, volumes.get(age));
    }
  }

  void compute(double volume, long bars, double[] out) {
    if (bars >= 5) {
      double total = volume + volumes.get(0) + volumes.get(1) + volumes.get(2) + volumes.get(3);
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
          (4.5 * (volume - volumes.get(8))
                  + 3.5 * (volumes.get(0) - volumes.get(7))
                  + 2.5 * (volumes.get(1) - volumes.get(6))
                  + 1.5 * (volumes.get(2) - volumes.get(5))
                  + 0.5 * (volumes.get(3) - volumes.get(4)))
              / 82.5;
      double shortTrend = (2 * (volume - volumes.get(3)) + (volumes.get(0) - volumes.get(2))) / 10;
      out[FeatureIndex.VOLUME_TREND_10D] = trend;
      out[FeatureIndex.VOLUME_ACCELERATION] = trend - shortTrend;
    }
    if (bars >= SPAN + 1) {
      double total = total(volume);
      if (total > 0) {
        out[FeatureIndex.RELATIVE_VOLUME] = (SPAN + 1) * volume / total;
      }
    }
  }

  private double total(double volume) {
    double rolling = (sum.high(0) + volume) + sum.lowWith(0, volume);
    if (rolling > sum.peak(0) * Compensated.CANCELLED) {
      return rolling;
    }
    // Huge volumes have left the window and taken the bits of the small ones along.
    double total = volume;
    for (int age = 0; age < SPAN; age++) {
      total += volumes.get(age);
    }
    return total;
  }
}
