package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How many price records an application has committed: with what they gave, in one transaction
 * under exactly once.
 */
record CommittedOffsets(Admin admin, String applicationId) implements AutoCloseable {
  static CommittedOffsets connect(String bootstrapServers, String applicationId) {
    return new CommittedOffsets(
        Admin.create(Map.of("bootstrap.servers", bootstrapServers)), applicationId);
  }

  long records() throws InterruptedException {
    try {
      long sum = 0;
      for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
          admin
              .listConsumerGroupOffsets(applicationId)
              .partitionsToOffsetAndMetadata()
              .get()
              .entrySet()) {
        // A partition without a commit has none.
        if (entry.getValue() != null && entry.getKey().topic().equals(Topics.PRICES.name())) {
          sum += entry.getValue().offset();
        }
      }
      return sum;
    } catch (ExecutionException e) {
      // The group is not there before its first commit.
      return 0;
    }
  }

  /** How many processes of the application have partitions to read. */
  long sharing() throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(applicationId)).all().get().values().stream()
          .flatMap(group -> group.members().stream())
          .filter(member -> !member.assignment().topicPartitions().isEmpty())
          .map(member -> member.clientId().replaceFirst("-StreamThread-.*", ""))
          .distinct()
          .count();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the group of " + applicationId + " is not known", e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
