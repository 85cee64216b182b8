package io.vfr.streams.ops.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/** What the brokers allow the members of a consumer group. */
public final class GroupLimits {
  /** Kafka's default of {@code group.min.session.timeout.ms}. */
  public static final Duration SESSION_MIN_DEFAULT = Duration.ofSeconds(6);

  private static final String SESSION_MIN = "group.min.session.timeout.ms";

  private GroupLimits() {}

  /**
   * The shortest session that all brokers accept.
   *
   * @param client properties of an admin client, {@code bootstrap.servers} among them
   * @return empty if the brokers do not tell, for example for want of a permission
   */
  public static Optional<Duration> sessionMin(Map<String, Object> client) {
    try (AdminConnection connection = AdminConnection.open(client)) {
      List<ConfigResource> brokers =
          connection.answer(connection.admin().describeCluster().nodes()).stream()
              .map(Node::idString)
              .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
              .toList();
      return connection.answer(connection.admin().describeConfigs(brokers).all()).values().stream()
          .flatMap(config -> sessionMin(config).stream())
          .max(Duration::compareTo);
    } catch (BrokerException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> sessionMin(Config broker) {
    return Optional.ofNullable(broker.get(SESSION_MIN))
        .map(ConfigEntry::value)
        .map(millis -> Duration.ofMillis(Long.parseLong(millis)));
  }
}
