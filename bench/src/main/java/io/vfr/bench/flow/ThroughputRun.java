package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Lets contenders read prices that wait in the topic, exactly once.
 *
 * @param feed what waits
 * @param instances processes that share the work; what is said of one's CPU and memory is of the
 *     first
 * @param heap most heap of each process
 * @param set further settings of ours
 * @param profiles where each contender's CPU samples go; null for none
 */
record ThroughputRun(
    BenchBroker kafka,
    PriceFeed feed,
    int threads,
    int instances,
    String heap,
    List<String> set,
    @Nullable Path profiles) {
  private static final int SAMPLED_PREDICTIONS = 2000;

  /** Runs one; its state stays in {@link #stateDir}. */
  Measured of(Contender contender, String id) throws Exception {
    List<ContenderProcess> others = new ArrayList<>();
    try {
      for (int other = 1; other < instances; other++) {
        Settings settings = settings(id, stateDir(id + "-" + other));
        others.add(ContenderProcess.start(contender, settings, heap, 0, set, List.of("--serve")));
      }
      int bytes = contender == Contender.PARSE_AND_WRITE ? predictionBytes() : 0;
      List<String> arguments = new ArrayList<>();
      arguments.addAll(List.of("--warm", Long.toString(feed.records() * 2 / 3)));
      arguments.addAll(List.of("--records", Long.toString(feed.records())));
      if (profiles != null) {
        arguments.addAll(List.of("--profile", profiles.resolve(id + ".jfr").toString()));
      }
      Settings settings = settings(id, stateDir(id));
      try (ContenderProcess process =
          ContenderProcess.start(contender, settings, heap, bytes, set, arguments)) {
        Measured measured = Measured.read(process.result());
        kafka.requireNoDeadLetters();
        return measured;
      }
    } finally {
      others.forEach(ContenderProcess::close);
    }
  }

  Path stateDir(String id) {
    return kafka.directory().resolve(id);
  }

  Settings settings(String id, Path stateDir) {
    return new Settings(
        kafka.bootstrapServers(), id, stateDir, threads, true, Settings.COMMIT_INTERVAL);
  }

  /** The mean size of the newest predictions. */
  private int predictionBytes() throws IOException {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(Topics.PREDICTIONS.name(), 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, Math.max(0, end - SAMPLED_PREDICTIONS));
      long bytes = 0;
      int count = 0;
      while (consumer.position(partition) < end) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          bytes += record.value().length;
          count++;
        }
      }
      return (int) (bytes / Math.max(1, count));
    }
  }
}
