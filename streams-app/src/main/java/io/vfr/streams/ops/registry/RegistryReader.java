package io.vfr.streams.ops.registry;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Reads the registry once, for commands. */
public final class RegistryReader {
  private RegistryReader() {}

  /**
   * The registry as it is now.
   *
   * @param patience how long brokers may take to answer at all
   * @throws BrokerException if they do not, or refuse
   * @throws RegistryException if the registry's topics are not there
   */
  public static RegistryState read(AppConfig config, Duration patience) {
    requireTopics(config, patience);
    try (RegistryTopic topic =
        new RegistryTopic(
            config,
            "model-reader",
            ClientProperties.FETCH_WAIT_ONCE,
            RegistryTopic.Listener.NONE)) {
      return topic.readToEnd();
    } catch (KafkaException e) {
      throw failure(config, e);
    }
  }

  /** Sees to it that a broker answers and has the topics, before clients wait for them. */
  static void requireTopics(AppConfig config, Duration patience) {
    Map<String, Object> properties = new HashMap<>(KafkaProperties.admin(config));
    properties.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
    properties.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis() / 2));
    try (TopicAdmin admin = TopicAdmin.connect(properties)) {
      List<String> missing =
          admin.missing(List.of(Topics.MODELS.name(), Topics.MODEL_ARTIFACTS.name()));
      if (!missing.isEmpty()) {
        throw new RegistryException(
            String.join(" and ", missing)
                + (missing.size() == 1 ? " is no topic at " : " are no topics at ")
                + config.bootstrapServers()
                + "; make the topics with 'vfr topics create'");
      }
    }
  }

  static BrokerException failure(AppConfig config, KafkaException e) {
    return new BrokerException(
        config.bootstrapServers()
            + " refuses: "
            + e.getClass().getSimpleName()
            + ": "
            + e.getMessage(),
        e);
  }
}
