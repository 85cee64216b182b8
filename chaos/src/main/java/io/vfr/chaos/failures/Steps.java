package io.vfr.chaos.failures;

import java.io.IOException;

/** What one scenario does in an arena in which ticks flow. */
interface Steps {
  /** Does it. */
  void play(Arena arena) throws IOException, InterruptedException;
}
