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
  /** The delivery guarantee. */
  public enum Mode {
    EXACTLY_ONCE,
    AT_LEAST_ONCE
  }
}
