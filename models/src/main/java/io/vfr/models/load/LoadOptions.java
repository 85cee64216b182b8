package io.vfr.models.load;

import java.time.Duration;

/**
 * How models are prepared for those who score with them.
 *
 * @param scoringThreads how many threads score at the same time, 1..64: a library whose handles do
 *     not scale over threads gets one for each when the model is loaded
 * @param timeout the time that scoring 32 rows may take, 1 ms to 1 min; a model that needs more is
 *     refused, and a call that takes more fails where the library lets it be ended
 * @param deterministic whether a row's outputs are the same to the bit whatever the other rows of a
 *     call are; otherwise to 1e-6
 */
public record LoadOptions(int scoringThreads, Duration timeout, boolean deterministic) {
  /** The number of rows that the time-out is stated for, and the most that one batch has. */
  public static final int BATCH_ROWS = 32;

  /** Most threads that handles are made for; more than these share them. */
  public static final int SCORING_THREADS_MAX = 64;

  static final Duration TIMEOUT_MIN = Duration.ofMillis(1);
  static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

  /** One thread, 50 ms, deterministic. */
  public static final LoadOptions DEFAULTS = new LoadOptions(1, Duration.ofMillis(50), true);

  public LoadOptions {
    if (scoringThreads < 1 || scoringThreads > SCORING_THREADS_MAX) {
      throw new IllegalArgumentException(
          "scoringThreads is " + scoringThreads + "; it must be 1 to " + SCORING_THREADS_MAX);
    }
    if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeout + "; it must be " + TIMEOUT_MIN + " to " + TIMEOUT_MAX);
    }
  }
}
