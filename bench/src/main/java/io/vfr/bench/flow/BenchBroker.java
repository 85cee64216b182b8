package io.vfr.bench.flow;

import io.vfr.schemas.Topics;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.ops.TopicSetup;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A broker in this process with every topic of a benchmark, in a directory that goes with it. */
final class BenchBroker implements AutoCloseable {
  static final int PARTITIONS = 8;

  /**
   * Threads that share few cores with load, reader and contender take turns instead of working
   * together: each hand-over between them waits for a core (docs/decisions/0022).
   */
  private static final Map<String, String> FEW_THREADS =
      Map.of("num.network.threads", "1", "num.io.threads", "2");

  private final Path directory;
  private final EmbeddedKafka kafka;

  private BenchBroker(Path directory, EmbeddedKafka kafka) {
    this.directory = directory;
    this.kafka = kafka;
  }

  /** Where a group begins with its first member. */
  static BenchBroker start() throws Exception {
    return start(Map.of());
  }

  /**
   * Where a group waits a little for further members before it begins, as Kafka's brokers do by
   * themselves: or the first one would be done before it hears of the others.
   */
  static BenchBroker startForGroups() throws Exception {
    return start(Map.of("group.initial.rebalance.delay.ms", "3000"));
  }

  private static BenchBroker start(Map<String, String> properties) throws Exception {
    Map<String, String> all = new HashMap<>(FEW_THREADS);
    all.putAll(properties);
    Path directory = Files.createTempDirectory("vfr-bench-");
    BenchBroker broker =
        new BenchBroker(
            directory,
            EmbeddedKafka.start(
                EmbeddedKafka.Options.in(directory.resolve("broker")).withProperties(all)));
    AppConfig config =
        ConfigLoader.load(
                ConfigLoader.Sources.ofArguments("bootstrap.servers=" + broker.bootstrapServers()))
            .config();
    TopicSetup.createMissing(config, PARTITIONS, line -> {}, () -> false);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  topic(PlainFlow.OUTPUT_TOPIC),
                  topic(PlainFlow.OUTCOMES_TOPIC),
                  topic(PlainFlow.ALERTS_TOPIC),
                  // As a changelog is.
                  topic(PlainFlow.STATE_TOPIC).configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
    return broker;
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, PARTITIONS, (short) 1);
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Lets an application that has not run begin with the prices that are not there yet. */
  void startAtTheEnd(String applicationId) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      Map<TopicPartition, OffsetAndMetadata> begin = new HashMap<>();
      for (var end : ends(admin, Topics.PRICES.name()).entrySet()) {
        begin.put(end.getKey(), new OffsetAndMetadata(end.getValue().offset()));
      }
      admin.alterConsumerGroupOffsets(applicationId, begin).all().get();
    }
  }

  private static Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends(
      Admin admin, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
    for (int p = 0; p < PARTITIONS; p++) {
      newest.put(new TopicPartition(topic, p), OffsetSpec.latest());
    }
    return admin.listOffsets(newest).all().get();
  }

  /** The end of each partition of a topic; zeros of one that is not there yet. */
  long[] ends(String topic) throws Exception {
    long[] ends = new long[PARTITIONS];
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      if (admin.listTopics().names().get().contains(topic)) {
        ends(admin, topic).forEach((partition, end) -> ends[partition.partition()] = end.offset());
      }
    }
    return ends;
  }

  /** Throws if an input was refused: what is measured then is refusals. */
  void requireNoDeadLetters() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      for (var end : ends(admin, Topics.DEAD_LETTERS.name()).entrySet()) {
        if (end.getValue().offset() > 0) {
          throw new IllegalStateException("dead letters in " + end.getKey());
        }
      }
    }
  }

  /** For what else a benchmark writes. */
  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    kafka.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
