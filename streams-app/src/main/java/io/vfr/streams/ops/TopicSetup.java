package io.vfr.streams.ops;

import io.vfr.schemas.Topic;
import io.vfr.schemas.TopicSpec;
import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.BrokerException;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sees to it that every topic is there before an instance starts, and waits for brokers that are
 * not there yet.
 */
public final class TopicSetup {
  private static final Set<String> COPARTITIONED =
      Topics.all().stream()
          .filter(topic -> topic.spec().partitions() == TopicSpec.Partitions.CO_PARTITIONED)
          .<String>map(Topic::name)
          .collect(Collectors.toUnmodifiableSet());

  /** Every build before format 4 of the state has made this changelog. */
  private static final String OLDER_CHANGELOG = "-bars-changelog";

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

  /**
   * Looks at the topics before an instance begins.
   *
   * @return the number of partitions that all topics have which are joined by partition
   * @throws IllegalStateException if one of these is missing or has another number, or an older
   *     build of the application has left off here: its offsets are there and its state is in
   *     changelogs that this one does not read
   */
  static int check(AppConfig config) {
    String olderChangelog = config.applicationId() + OLDER_CHANGELOG;
    Set<String> names = new HashSet<>(COPARTITIONED);
    names.add(olderChangelog);
    Map<String, Integer> counts;
    try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(config))) {
      counts = admin.partitions(names);
    }
    if (counts.remove(olderChangelog) != null) {
      throw new IllegalStateException(
          "The state in topic "
              + olderChangelog
              + " is not read: an older build wrote it. "
              + StateStamp.WAY_FROM_OLDER);
    }
    Set<Integer> distinct = Set.copyOf(counts.values());
    if (counts.size() != COPARTITIONED.size() || distinct.size() != 1) {
      throw new IllegalStateException(
          "the topics that are joined by partition, "
              + String.join(", ", new TreeSet<>(COPARTITIONED))
              + ", must exist and have the same number of partitions, but there are "
              + counts
              + "; see 'vfr topics describe'");
    }
    return distinct.iterator().next();
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
