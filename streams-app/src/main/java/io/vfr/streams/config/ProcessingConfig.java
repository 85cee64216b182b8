package io.vfr.streams.config;

import java.time.Duration;

/**
 * Delivery guarantee and commit rhythm.
 *
 * @param mode exactly-once or at-least-once
 * @param commitInterval how often state, offsets and outputs are committed; the floor of
 *     exactly-once latency
 */
public record ProcessingConfig(Mode mode, Duration commitInterval) {
  /** The delivery guarantee (docs/decisions/0015). */
  public enum Mode {
    /** For readers of committed records. */
    EXACTLY_ONCE(Duration.ofMillis(100)),
    /** For readers that take a record before it is committed. */
    AT_LEAST_ONCE(Duration.ofSeconds(1));

    private final Duration commitInterval;

    Mode(Duration commitInterval) {
      this.commitInterval = commitInterval;
    }

    /** How often to commit unless it is said. */
    Duration commitInterval() {
      return commitInterval;
    }
  }
}
