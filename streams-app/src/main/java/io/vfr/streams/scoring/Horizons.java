package io.vfr.streams.scoring;

import java.time.Duration;

/**
 * How horizons are written on the wire: {@code 1d}, {@code 4h}, {@code 15m}, {@code 30s}, in the
 * largest unit that fits.
 */
public final class Horizons {
  private Horizons() {}

  /** The name of a horizon. */
  public static String name(Duration horizon) {
    long seconds = horizon.toSeconds();
    if (!horizon.equals(Duration.ofSeconds(seconds))) {
      return horizon.toMillis() + "ms";
    }
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
