package io.vfr.streams.ops;

import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.GroupLimits;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session timeout that is wanted, as far as the brokers allow it. */
final class SessionTimeout {
  private static final Logger LOG = LoggerFactory.getLogger(SessionTimeout.class);

  private SessionTimeout() {}

  /** Asks the brokers; a session that they refuse would end every stream thread. */
  static Duration of(AppConfig config) {
    Duration wanted = config.streams().membership().sessionTimeout();
    if (wanted.compareTo(GroupLimits.SESSION_MIN_DEFAULT) >= 0) {
      return wanted;
    }
    Optional<Duration> least = GroupLimits.sessionMin(KafkaProperties.admin(config));
    Duration allowed = least.orElse(GroupLimits.SESSION_MIN_DEFAULT);
    if (wanted.compareTo(allowed) >= 0) {
      return wanted;
    }
    LOG.warn(
        "streams.session-timeout is {}, but {}: {} is used. Other instances take over that much"
            + " later; lower group.min.session.timeout.ms at the brokers to change it.",
        wanted,
        least.isPresent()
            ? "the brokers allow no session below " + allowed
            : "the brokers do not tell what they allow, and their default is " + allowed,
        allowed);
    return allowed;
  }
}
