package io.vfr.streams.ops;

import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sees to it that every topic is there before an instance starts, and waits for brokers that are
 * not there yet.
 */
public final class TopicSetup {
  private TopicSetup() {}

  /**
   * Creates the topics that are missing, with as many partitions as {@code vfr.prices} has.
   *
   * @param partitions partitions if {@code vfr.prices} is missing too
   * @param say receives what is done or waited for, a line each
   * @param giveUp asked between attempts while no broker answers
   * @throws BrokerException if the brokers refuse
   */
  public static void createMissing(
      AppConfig config, int partitions, Consumer<String> say, BooleanSupplier giveUp) {
    try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(config))) {
      while (!giveUp.getAsBoolean()) {
        try {
          create(admin, partitions, say);
          return;
        } catch (BrokerException e) {
          if (!(e.getCause() instanceof TimeoutException)) {
            throw e;
          }
          say.accept("waiting for Kafka: " + e.getMessage());
        }
      }
    }
  }

  private static void create(TopicAdmin admin, int partitions, Consumer<String> say) {
    List<String> missing = admin.missing(Topics.all().stream().<String>map(Topic::name).toList());
    if (missing.isEmpty()) {
      return;
    }
    int count =
        missing.contains(Topics.PRICES.name()) ? partitions : partitionsOf(admin, Topics.PRICES);
    admin.create(count, Optional.empty());
    say.accept("created topics: " + String.join(", ", missing));
  }

  private static int partitionsOf(TopicAdmin admin, Topic<?> topic) {
    return admin.describe().stream()
        .filter(state -> state.name().equals(topic.name()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(topic.name() + " is not described"))
        .partitions();
  }
}
