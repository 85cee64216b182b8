package io.vfr.streams.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What a plain Kafka client is made with: the brokers and the {@code kafka.<property>} keys that
 * concern its kind (security first of all).
 */
public final class KafkaProperties {
  private static final int BACKGROUND_TIMEOUT_MILLIS = 5_000;

  private KafkaProperties() {}

  /** Properties of an admin client. */
  public static Map<String, Object> admin(AppConfig config) {
    return of(config, AdminClientConfig.configNames(), StreamsConfig.ADMIN_CLIENT_PREFIX);
  }

  /**
   * Properties of an admin client that looks at the group in the background and gives up soon, to
   * look again.
   *
   * @param purpose what its client id ends with
   */
  public static Map<String, Object> backgroundAdmin(AppConfig config, String purpose) {
    Map<String, Object> properties = admin(config);
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, config.applicationId() + "-" + purpose);
    properties.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, BACKGROUND_TIMEOUT_MILLIS);
    properties.putIfAbsent(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, BACKGROUND_TIMEOUT_MILLIS / 2);
    return properties;
  }

  /** Properties of a producer, serializers not included. */
  public static Map<String, Object> producer(AppConfig config) {
    return of(config, ProducerConfig.configNames(), StreamsConfig.PRODUCER_PREFIX);
  }

  /** Properties of a consumer, deserializers and group not included. */
  public static Map<String, Object> consumer(AppConfig config) {
    return of(config, ConsumerConfig.configNames(), StreamsConfig.CONSUMER_PREFIX);
  }

  private static Map<String, Object> of(AppConfig config, Set<String> ownNames, String ownPrefix) {
    Map<String, Object> properties = new HashMap<>();
    Map<String, Object> ownPrefixed = new HashMap<>();
    config
        .kafka()
        .forEach((name, value) -> {
          if (name.startsWith(ownPrefix)) {
            ownPrefixed.put(name.substring(ownPrefix.length()), value);
          } else if (ownNames.contains(name) || isForPlugins(name)) {
            properties.put(name, value);
          }
        });
    properties.putAll(ownPrefixed);
    properties.put("bootstrap.servers", config.bootstrapServers());
    return properties;
  }

  /** Whether a property is one that Kafka does not define: a callback handler may read it. */
  private static boolean isForPlugins(String name) {
    return !KafkaPropertyNames.isKnown(name)
        && KafkaPropertyNames.withoutPrefix(name).equals(name)
        && !name.startsWith(StreamsConfig.TOPIC_PREFIX);
  }
}
