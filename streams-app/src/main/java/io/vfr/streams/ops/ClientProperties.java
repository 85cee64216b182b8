package io.vfr.streams.ops;

import io.vfr.streams.config.AppConfig;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;

/** Properties of the plain Kafka clients beside Kafka Streams: the same brokers, the same security. */
public final class ClientProperties {
  private ClientProperties() {}

  /** The brokers, and every {@code kafka.<property>}. */
  public static Properties of(AppConfig config) {
    Properties properties = new Properties();
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    properties.putAll(config.kafka());
    return properties;
  }
}
