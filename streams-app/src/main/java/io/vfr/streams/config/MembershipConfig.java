package io.vfr.streams.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How an instance belongs to the group of instances (docs/decisions/0014).
 *
 * @param sessionTimeout silence after which the others take its work over
 * @param onStop whether it says goodbye when it stops
 * @param instanceId name that stays the same over restarts and makes it a static member
 * @param peerHost address at which the others see whether it lives; empty if they are not to
 * @param peerPort port of that address; 0 takes a free one
 */
public record MembershipConfig(
    Duration sessionTimeout,
    OnStop onStop,
    Optional<String> instanceId,
    String peerHost,
    int peerPort) {
  /** What a stop means for the group. */
  public enum OnStop {
    /** The others take over at once. */
    LEAVE,
    /** The work waits for this instance until its session ends. */
    REMAIN
  }
}
