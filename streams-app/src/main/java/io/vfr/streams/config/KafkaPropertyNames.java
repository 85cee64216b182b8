package io.vfr.streams.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/** The properties that Kafka's own clients and Streams define. */
final class KafkaPropertyNames {
  /** What a property may begin with to reach one kind of client only; longest first. */
  static final List<String> CLIENT_PREFIXES =
      List.of(
          StreamsConfig.MAIN_CONSUMER_PREFIX,
          StreamsConfig.RESTORE_CONSUMER_PREFIX,
          StreamsConfig.GLOBAL_CONSUMER_PREFIX,
          StreamsConfig.CONSUMER_PREFIX,
          StreamsConfig.PRODUCER_PREFIX,
          StreamsConfig.ADMIN_CLIENT_PREFIX);

  private static final Map<String, ConfigDef.ConfigKey> DEFINED = defined();
  private static final Set<String> TOPIC_NAMES = topicNames();

  private KafkaPropertyNames() {}

  /** Every name, without client prefixes. */
  static Set<String> all() {
    return new TreeSet<>(DEFINED.keySet());
  }

  /** Whether Kafka knows this property; the prefix of one kind of client is allowed. */
  static boolean isKnown(String name) {
    if (name.startsWith(StreamsConfig.TOPIC_PREFIX)) {
      return TOPIC_NAMES.contains(name.substring(StreamsConfig.TOPIC_PREFIX.length()));
    }
    return DEFINED.containsKey(withoutPrefix(name));
  }

  /** Whether Kafka itself takes this property for a password. */
  static boolean isPassword(String name) {
    ConfigDef.ConfigKey key = DEFINED.get(withoutPrefix(name));
    return key != null && key.type == ConfigDef.Type.PASSWORD;
  }

  /** What Kafka says against this value of a property that it knows. */
  static Optional<String> objection(String name, String value) {
    ConfigDef.ConfigKey key = DEFINED.get(withoutPrefix(name));
    if (key == null) {
      return Optional.empty();
    }
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return Optional.empty();
    } catch (ConfigException e) {
      String reason = String.valueOf(e.getMessage());
      int colon = reason.indexOf(": ");
      // Kafka's message repeats the value before the colon, where ours may have masked it.
      return Optional.of(
          colon >= 0 ? reason.substring(colon + 2) : "expected a value of type " + key.type);
    }
  }

  /** The property without the prefix of one kind of client. */
  static String withoutPrefix(String name) {
    for (String prefix : CLIENT_PREFIXES) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }

  /** The property that an environment variable's ending stands for. */
  static @Nullable String fromEnvironmentForm(String form) {
    for (String name : DEFINED.keySet()) {
      if (ConfigKeys.environmentForm(name).equals(form)) {
        return name;
      }
    }
    return null;
  }

  private static Map<String, ConfigDef.ConfigKey> defined() {
    Map<String, ConfigDef.ConfigKey> keys = new HashMap<>();
    // Streams last: where it defines a client's property too, its own definition holds.
    keys.putAll(AdminClientConfig.configDef().configKeys());
    keys.putAll(ConsumerConfig.configDef().configKeys());
    keys.putAll(ProducerConfig.configDef().configKeys());
    keys.putAll(StreamsConfig.configDef().configKeys());
    return keys;
  }

  private static Set<String> topicNames() {
    Set<String> names = new TreeSet<>();
    for (var field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        try {
          names.add((String) field.get(null));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("TopicConfig's constants are public", e);
        }
      }
    }
    return names;
  }
}
