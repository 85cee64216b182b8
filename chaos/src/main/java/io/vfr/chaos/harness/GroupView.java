package io.vfr.chaos.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Which partitions the group has given to which instance. */
public final class GroupView implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String PROCESS_FILE = "kafka-streams-process-metadata";

  private final Admin admin;
  private final String group;

  /** A view of a group. */
  public GroupView(String bootstrapServers, String group) {
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.group = group;
  }

  /**
   * Partitions of a topic that an instance has now; empty while the group is being rebalanced.
   *
   * @param stateDir the state directory of the instance, which knows how it calls itself
   */
  public Set<Integer> partitionsOf(Path stateDir, String topic)
      throws IOException, InterruptedException {
    String process = processId(stateDir);
    Set<Integer> partitions = new HashSet<>();
    for (MemberDescription member : describe().members()) {
      if (!process.isEmpty() && member.clientId().contains(process)) {
        for (TopicPartition partition : member.assignment().topicPartitions()) {
          if (partition.topic().equals(topic)) {
            partitions.add(partition.partition());
          }
        }
      }
    }
    return partitions;
  }

  /** Records that the group has not committed yet, over all partitions that it reads. */
  public long lag() throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      committed.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
      long lag = 0;
      for (var end : admin.listOffsets(ends).all().get().entrySet()) {
        OffsetAndMetadata at = committed.get(end.getKey());
        lag += at == null ? 0 : Math.max(0, end.getValue().offset() - at.offset());
      }
      return lag;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot read the lag of " + group + ": " + e.getCause(), e);
    }
  }

  /** Waits until every partition of every topic has all its copies in sync; false if it has not. */
  public boolean awaitInSync(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!inSync()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  private boolean inSync() throws InterruptedException {
    try {
      return admin
          .describeTopics(
              admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
          .allTopicNames()
          .get()
          .values()
          .stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.isr().size() == partition.replicas().size());
    } catch (ExecutionException e) {
      // Brokers that have just started may not answer yet.
      return false;
    }
  }

  private ConsumerGroupDescription describe() throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().iterator().next();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot describe " + group + ": " + e.getCause(), e);
    }
  }

  /** The id that Kafka Streams gave to the process; empty if it has none yet. */
  private static String processId(Path stateDir) throws IOException {
    try (Stream<Path> files = Files.walk(stateDir, 2)) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().equals(PROCESS_FILE))
              .findFirst()
              .orElse(null);
      return file == null ? "" : JSON.readTree(file.toFile()).path("processId").asText();
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
