package io.vfr.streams.ops.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;

/** How far an application's consumer group has come. */
public final class GroupAdmin implements AutoCloseable {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final Set<GroupState> WITHOUT_MEMBERS =
      EnumSet.of(GroupState.EMPTY, GroupState.DEAD, GroupState.UNKNOWN);

  private final AdminConnection connection;

  private GroupAdmin(AdminConnection connection) {
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @param client properties of an admin client, {@code bootstrap.servers} among them
   */
  public static GroupAdmin connect(Map<String, Object> client) {
    return new GroupAdmin(AdminConnection.open(client));
  }

  /** Whether the group has members now. */
  public boolean isActive(String group) {
    return connection.answer(connection.admin().listGroups().all()).stream()
        .filter(listing -> listing.groupId().equals(group))
        .flatMap(listing -> listing.groupState().stream())
        .anyMatch(state -> !WITHOUT_MEMBERS.contains(state));
  }

  /**
   * Waits until the group has committed all records that these topics hold at the time of the call.
   *
   * @return false if the time was not enough
   */
  public boolean awaitConsumed(String group, Collection<String> topics, Duration timeout) {
    Instant deadline = Instant.now().plus(timeout);
    Map<TopicPartition, Long> ends = nonEmptyEnds(topics);
    while (!reached(group, ends)) {
      if (!Instant.now().isBefore(deadline)) {
        return false;
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
    return true;
  }

  @Override
  public void close() {
    connection.close();
  }

  private boolean reached(String group, Map<TopicPartition, Long> ends) {
    if (ends.isEmpty()) {
      return true;
    }
    Map<TopicPartition, OffsetAndMetadata> committed =
        connection.answer(
            connection.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return ends.entrySet().stream()
        .allMatch(end -> {
          OffsetAndMetadata offset = committed.get(end.getKey());
          return offset != null && offset.offset() >= end.getValue();
        });
  }

  /** End offsets of the partitions that hold anything: an empty one is never committed. */
  private Map<TopicPartition, Long> nonEmptyEnds(Collection<String> topics) {
    Map<String, TopicDescription> descriptions =
        connection.answer(connection.admin().describeTopics(topics).allTopicNames());
    List<TopicPartition> partitions = new ArrayList<>();
    descriptions.forEach((topic, description) ->
        description
            .partitions()
            .forEach(p -> partitions.add(new TopicPartition(topic, p.partition()))));
    Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
    ends.entrySet().removeIf(end -> end.getValue().equals(begins.get(end.getKey())));
    return ends;
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> request =
        partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which));
    return connection.answer(connection.admin().listOffsets(request).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
  }

  private static long offset(ListOffsetsResultInfo info) {
    return info.offset();
  }
}
