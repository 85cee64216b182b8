package io.vfr.streams.ops.broker;

import io.vfr.schemas.Topic;
import io.vfr.schemas.TopicSpec;
import io.vfr.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Makes and describes the platform's topics on any Kafka. */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final AdminConnection connection;
  private final Admin admin;

  /**
   * A topic as it is.
   *
   * @param configs the settings that {@link TopicSpec} fixes, as the broker has them
   * @param differences where the topic is not as {@link TopicSpec} asks, in words
   */
  public record TopicState(
      String name,
      boolean exists,
      int partitions,
      int replication,
      Map<String, String> configs,
      List<String> differences) {
    public TopicState {
      configs = new TreeMap<>(configs);
      differences = List.copyOf(differences);
    }
  }

  /**
   * What {@link #create} did.
   *
   * @param created topics that are new
   * @param present topics that were there
   */
  public record Created(List<String> created, List<String> present) {
    public Created {
      created = List.copyOf(created);
      present = List.copyOf(present);
    }
  }

  private TopicAdmin(AdminConnection connection) {
    this.connection = connection;
    this.admin = connection.admin();
  }

  /**
   * Connects.
   *
   * @param client properties of an admin client, {@code bootstrap.servers} among them
   * @throws BrokerException if they are not valid
   */
  public static TopicAdmin connect(Map<String, Object> client) {
    return new TopicAdmin(AdminConnection.open(client));
  }

  /**
   * Creates every topic that is missing, and waits until all can be used. Topics that exist with
   * the same number of partitions stay as they are.
   *
   * @param partitions partitions of {@code vfr.prices}
   * @param replication replicas; empty for the broker's default
   * @throws BrokerException if a topic exists with another number of partitions (then nothing is
   *     created), or the brokers refuse or do not answer
   */
  public Created create(int partitions, Optional<Integer> replication) {
    List<TopicSpec> specs = specs();
    Map<String, TopicDescription> present = descriptions(names(specs));
    refuseOtherPartitionCounts(specs, present, partitions);
    List<TopicSpec> missing =
        specs.stream().filter(spec -> !present.containsKey(spec.name())).toList();
    List<NewTopic> topics =
        missing.stream()
            .map(spec ->
                new NewTopic(
                        spec.name(),
                        Optional.of(spec.partitionCount(partitions)),
                        replication.map(Integer::shortValue))
                    .configs(spec.configs()))
            .toList();
    admin.createTopics(topics).values().forEach(this::ignoreIfItExists);
    awaitUsable(specs);
    return new Created(names(missing), List.copyOf(present.keySet()).stream().sorted().toList());
  }

  /** Every topic of the platform as it is on the brokers, missing ones included. */
  public List<TopicState> describe() {
    List<TopicSpec> specs = specs();
    Map<String, TopicDescription> present = descriptions(names(specs));
    Map<ConfigResource, Config> configs =
        connection.answer(
            admin
                .describeConfigs(
                    present.keySet().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
    int prices = partitionsOf(present.get(Topics.PRICES.name()));
    return specs.stream()
        .map(spec -> state(spec, present.get(spec.name()), configs, prices))
        .toList();
  }

  /** How many partitions each of these topics has; those that do not exist are left out. */
  public Map<String, Integer> partitions(Collection<String> names) {
    Map<String, Integer> counts = new TreeMap<>();
    descriptions(names).forEach((name, topic) -> counts.put(name, topic.partitions().size()));
    return counts;
  }

  /** The names among these that are no topic on the brokers. */
  public List<String> missing(Collection<String> names) {
    Map<String, TopicDescription> present = descriptions(names);
    return names.stream().filter(name -> !present.containsKey(name)).sorted().toList();
  }

  @Override
  public void close() {
    connection.close();
  }

  private Map<String, TopicDescription> descriptions(Collection<String> names) {
    Map<String, TopicDescription> found = new HashMap<>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach((name, future) -> {
          try {
            found.put(name, future.get());
          } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw connection.failure(e.getCause());
            }
          } catch (InterruptedException e) {
            throw AdminConnection.interrupted(e);
          }
        });
    return found;
  }

  private static void refuseOtherPartitionCounts(
      List<TopicSpec> specs, Map<String, TopicDescription> present, int partitions) {
    Map<String, List<String>> conflicts = new TreeMap<>();
    for (TopicSpec spec : specs) {
      TopicDescription topic = present.get(spec.name());
      int wanted = spec.partitionCount(partitions);
      if (topic != null && partitionsOf(topic) != wanted) {
        conflicts
            .computeIfAbsent(
                "%d partition(s), not %d".formatted(partitionsOf(topic), wanted),
                counts -> new ArrayList<>())
            .add(spec.name());
      }
    }
    if (!conflicts.isEmpty()) {
      throw new BrokerException(
          "topics exist with "
              + conflicts.entrySet().stream()
                  .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
                  .collect(Collectors.joining("; "))
              + ". Delete them (their data is lost) or ask for as many partitions");
    }
  }

  private static TopicState state(
      TopicSpec spec,
      @Nullable TopicDescription found,
      Map<ConfigResource, Config> configs,
      int prices) {
    if (found == null) {
      return new TopicState(spec.name(), false, 0, 0, Map.of(), List.of("missing"));
    }
    Config actual = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, spec.name()));
    Map<String, String> shown = new TreeMap<>();
    List<String> differences = new ArrayList<>();
    int partitions = partitionsOf(found);
    if (spec.partitions() == TopicSpec.Partitions.CO_PARTITIONED && partitions != prices) {
      differences.add("partitions: " + partitions + ", vfr.prices has " + prices);
    }
    spec.configs()
        .forEach((name, wanted) -> {
          String value = actual == null ? "" : String.valueOf(actual.get(name).value());
          shown.put(name, value);
          if (!value.equals(wanted)) {
            differences.add(name + ": " + value + ", should be " + wanted);
          }
        });
    int replication = found.partitions().getFirst().replicas().size();
    return new TopicState(spec.name(), true, partitions, replication, shown, differences);
  }

  private static int partitionsOf(@Nullable TopicDescription topic) {
    return topic == null ? 0 : topic.partitions().size();
  }

  private void ignoreIfItExists(String name, KafkaFuture<Void> creation) {
    try {
      creation.get();
    } catch (ExecutionException e) {
      // Someone else was quicker; what matters is that it is there.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new BrokerException(
            "cannot create topic " + name + ": " + connection.failure(e.getCause()).getMessage(),
            e);
      }
    } catch (InterruptedException e) {
      throw AdminConnection.interrupted(e);
    }
  }

  /** Brokers learn of a new topic a moment after the controller has made it. */
  private void awaitUsable(List<TopicSpec> specs) {
    Instant deadline = Instant.now().plus(AdminConnection.ANSWER_TIMEOUT);
    while (true) {
      Map<String, TopicDescription> found = descriptions(names(specs));
      boolean usable =
          found.size() == specs.size()
              && found.values().stream()
                  .flatMap(topic -> topic.partitions().stream())
                  .allMatch(partition -> partition.leader() != null);
      if (usable) {
        return;
      }
      if (Instant.now().isAfter(deadline)) {
        throw new BrokerException(
            "the topics have no leaders after " + AdminConnection.ANSWER_TIMEOUT);
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  private static List<TopicSpec> specs() {
    return Topics.all().stream().<TopicSpec>map(Topic::spec).toList();
  }

  private static List<String> names(List<TopicSpec> specs) {
    return specs.stream().map(TopicSpec::name).toList();
  }
}
