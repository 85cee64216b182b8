package io.vfr.chaos.harness;

import java.time.Duration;
import java.util.Map;

/** Settings of an instance that make the others notice its death soon. */
public final class FastFailover {
  /** Silence after which the group takes an instance for dead. */
  public static final Duration SESSION_TIMEOUT = Duration.ofMillis(3000);

  private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(500);
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMillis(8000);

  private FastFailover() {}

  /** The configuration keys. */
  public static Map<String, String> settings() {
    return Map.of(
        "kafka.consumer.session.timeout.ms",
        Long.toString(SESSION_TIMEOUT.toMillis()),
        "kafka.consumer.heartbeat.interval.ms",
        Long.toString(HEARTBEAT_INTERVAL.toMillis()),
        // The bound, under exactly once, on how long a dead instance's transaction hides the
        // others'.
        "kafka.producer.transaction.timeout.ms",
        Long.toString(TRANSACTION_TIMEOUT.toMillis()));
  }
}
