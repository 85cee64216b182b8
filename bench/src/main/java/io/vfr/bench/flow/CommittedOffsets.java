package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

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
      Map<TopicPartition, @Nullable OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(applicationId)
              .partitionsToOffsetAndMetadata()
              .get();
      long sum = 0;
      for (Map.Entry<TopicPartition, @Nullable OffsetAndMetadata> entry : offsets.entrySet()) {
        OffsetAndMetadata offset = entry.getValue();
        if (offset != null && entry.getKey().topic().equals(Topics.PRICES.name())) {
          sum += offset.offset();
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
