package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
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

  @Override
  public void close() {
    admin.close();
  }
}
