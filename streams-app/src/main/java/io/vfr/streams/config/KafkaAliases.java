package io.vfr.streams.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The {@code kafka.<property>} keys for which the application has a key of its own. They set that
 * key, so that what the application believes and what Kafka does cannot differ.
 */
final class KafkaAliases {
  /** An own key and how the value of Kafka's property is written for it. */
  record Alias(ConfigKey<?> key, UnaryOperator<String> translation) {}

  private static final Map<String, Alias> ALIASES =
      Map.of(
          "bootstrap.servers",
          same(ConfigKeys.BOOTSTRAP_SERVERS),
          "session.timeout.ms",
          new Alias(ConfigKeys.STREAMS_SESSION_TIMEOUT, KafkaAliases::milliseconds),
          "application.id",
          same(ConfigKeys.APPLICATION_ID),
          "num.stream.threads",
          same(ConfigKeys.STREAMS_THREADS),
          "num.standby.replicas",
          same(ConfigKeys.STREAMS_STANDBY),
          "state.dir",
          new Alias(ConfigKeys.STREAMS_STATE_DIR, text -> Path.of(text).toString()),
          "commit.interval.ms",
          new Alias(ConfigKeys.PROCESSING_COMMIT_INTERVAL, KafkaAliases::milliseconds),
          "processing.guarantee",
          new Alias(ConfigKeys.PROCESSING_MODE, KafkaAliases::processingMode));

  private KafkaAliases() {}

  /**
   * The layer with those keys replaced.
   *
   * @param errors takes what cannot be translated or contradicts the own key in the same source
   */
  static ConfigLayer resolve(ConfigLayer layer, List<String> errors) {
    var values = new LinkedHashMap<>(layer.values());
    ALIASES.forEach((property, alias) -> {
      String name = ConfigKeys.KAFKA_PREFIX + property;
      String given = values.remove(name);
      if (given == null) {
        return;
      }
      String own = alias.key().name();
      try {
        String translated = alias.translation().apply(given);
        String present = values.putIfAbsent(own, translated);
        if (present != null && !present.equals(translated)) {
          errors.add(
              "%s=%s (%s): contradicts %s=%s; set one of them"
                  .formatted(name, given, layer.origin(), own, present));
        }
      } catch (IllegalArgumentException e) {
        errors.add(
            "%s=%s (%s): expected %s; or set %s, %s"
                .formatted(
                    name, given, layer.origin(), e.getMessage(), own, alias.key().allowed()));
      }
    });
    return new ConfigLayer(layer.origin(), layer.ordinal(), values);
  }

  private static Alias same(ConfigKey<?> key) {
    return new Alias(key, UnaryOperator.identity());
  }

  private static String milliseconds(String text) {
    try {
      return Duration.ofMillis(Long.parseLong(text)).toString();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a whole number of milliseconds", e);
    }
  }

  private static String processingMode(String text) {
    return switch (text) {
      case "exactly_once_v2" -> ConfigTypes.choiceText(ProcessingConfig.Mode.EXACTLY_ONCE);
      case "at_least_once" -> ConfigTypes.choiceText(ProcessingConfig.Mode.AT_LEAST_ONCE);
      default -> throw new IllegalArgumentException("exactly_once_v2 or at_least_once");
    };
  }
}
