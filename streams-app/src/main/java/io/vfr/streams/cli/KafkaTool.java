package io.vfr.streams.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of Kafka's own console tools.
 *
 * @param kafkaName the name under which Kafka ships it
 * @param bootstrap where it takes its brokers
 * @param entry its main method
 */
record KafkaTool(String kafkaName, Bootstrap bootstrap, Entry entry) {
  /** Every tool that runs from the jars on the class path. */
  static final List<KafkaTool> ALL =
      List.of(
          new KafkaTool("kafka-acls", Bootstrap.FIRST, org.apache.kafka.tools.AclCommand::main),
          new KafkaTool(
              "kafka-broker-api-versions",
              Bootstrap.FIRST,
              org.apache.kafka.tools.BrokerApiVersionsCommand::main),
          new KafkaTool(
              "kafka-client-metrics",
              Bootstrap.FIRST,
              org.apache.kafka.tools.ClientMetricsCommand::main),
          new KafkaTool("kafka-cluster", Bootstrap.LAST, org.apache.kafka.tools.ClusterTool::main),
          new KafkaTool("kafka-configs", Bootstrap.FIRST, kafka.admin.ConfigCommand::main),
          new KafkaTool(
              "kafka-console-consumer",
              Bootstrap.FIRST,
              org.apache.kafka.tools.consumer.ConsoleConsumer::main),
          new KafkaTool(
              "kafka-console-producer",
              Bootstrap.FIRST,
              org.apache.kafka.tools.ConsoleProducer::main),
          new KafkaTool(
              "kafka-console-share-consumer",
              Bootstrap.FIRST,
              org.apache.kafka.tools.consumer.ConsoleShareConsumer::main),
          new KafkaTool(
              "kafka-consumer-groups",
              Bootstrap.FIRST,
              org.apache.kafka.tools.consumer.group.ConsumerGroupCommand::main),
          new KafkaTool(
              "kafka-consumer-perf-test",
              Bootstrap.FIRST,
              org.apache.kafka.tools.ConsumerPerformance::main),
          new KafkaTool(
              "kafka-delegation-tokens",
              Bootstrap.FIRST,
              org.apache.kafka.tools.DelegationTokenCommand::main),
          new KafkaTool(
              "kafka-delete-records",
              Bootstrap.FIRST,
              org.apache.kafka.tools.DeleteRecordsCommand::main),
          new KafkaTool(
              "kafka-dump-log", Bootstrap.NONE, org.apache.kafka.tools.DumpLogSegments::main),
          new KafkaTool(
              "kafka-e2e-latency", Bootstrap.FIRST, org.apache.kafka.tools.EndToEndLatency::main),
          new KafkaTool(
              "kafka-features", Bootstrap.FIRST, org.apache.kafka.tools.FeatureCommand::main),
          new KafkaTool(
              "kafka-get-offsets", Bootstrap.FIRST, org.apache.kafka.tools.GetOffsetShell::main),
          new KafkaTool(
              "kafka-groups", Bootstrap.FIRST, org.apache.kafka.tools.GroupsCommand::main),
          new KafkaTool("kafka-jmx", Bootstrap.NONE, org.apache.kafka.tools.JmxTool::main),
          new KafkaTool(
              "kafka-leader-election",
              Bootstrap.FIRST,
              org.apache.kafka.tools.LeaderElectionCommand::main),
          new KafkaTool(
              "kafka-log-dirs", Bootstrap.FIRST, org.apache.kafka.tools.LogDirsCommand::main),
          new KafkaTool(
              "kafka-metadata-quorum",
              Bootstrap.FIRST,
              org.apache.kafka.tools.MetadataQuorumCommand::main),
          new KafkaTool(
              "kafka-producer-perf-test",
              Bootstrap.FIRST,
              org.apache.kafka.tools.ProducerPerformance::main),
          new KafkaTool(
              "kafka-reassign-partitions",
              Bootstrap.FIRST,
              org.apache.kafka.tools.reassign.ReassignPartitionsCommand::main),
          new KafkaTool(
              "kafka-share-consumer-perf-test",
              Bootstrap.FIRST,
              org.apache.kafka.tools.ShareConsumerPerformance::main),
          new KafkaTool(
              "kafka-share-groups",
              Bootstrap.FIRST,
              org.apache.kafka.tools.consumer.group.ShareGroupCommand::main),
          new KafkaTool("kafka-storage", Bootstrap.NONE, kafka.tools.StorageTool::main),
          new KafkaTool(
              "kafka-streams-application-reset",
              Bootstrap.FIRST,
              org.apache.kafka.tools.StreamsResetter::main),
          new KafkaTool(
              "kafka-streams-groups",
              Bootstrap.FIRST,
              org.apache.kafka.tools.streams.StreamsGroupCommand::main),
          new KafkaTool("kafka-topics", Bootstrap.FIRST, org.apache.kafka.tools.TopicCommand::main),
          new KafkaTool(
              "kafka-transactions",
              Bootstrap.FIRST,
              org.apache.kafka.tools.TransactionsCommand::main));

  private static final String OPTION = "--bootstrap-server";
  private static final String PREFIX = "kafka-";

  /** Where a tool takes its brokers. */
  enum Bootstrap {
    /** It needs none. */
    NONE,
    /** Before a sub-command, or anywhere. */
    FIRST,
    /** After its sub-command. */
    LAST
  }

  /** A tool's main method; the class is loaded when it runs. */
  @FunctionalInterface
  interface Entry {
    void main(String[] arguments) throws Exception;
  }

  /** The tool of this name, with or without {@code kafka-} before and {@code .sh} after it. */
  static Optional<KafkaTool> find(String name) {
    String bare = name.endsWith(".sh") ? name.substring(0, name.length() - 3) : name;
    String full = bare.startsWith(PREFIX) ? bare : PREFIX + bare;
    return ALL.stream().filter(tool -> tool.kafkaName.equals(full)).findFirst();
  }

  /** Runs it; most tools end the process themselves. */
  void run(List<String> arguments, String bootstrapServers) throws Exception {
    entry.main(withBootstrap(arguments, bootstrapServers).toArray(String[]::new));
  }

  /** The arguments with brokers, if the tool takes any and the user named none. */
  List<String> withBootstrap(List<String> arguments, String bootstrapServers) {
    boolean onlyAsks = arguments.contains("--help") || arguments.contains("--version");
    boolean given =
        arguments.stream()
            .anyMatch(argument ->
                argument.startsWith("--bootstrap") || argument.startsWith("bootstrap.servers="));
    if (bootstrap == Bootstrap.NONE || onlyAsks || given) {
      return arguments;
    }
    List<String> completed = new ArrayList<>(arguments);
    completed.addAll(
        bootstrap == Bootstrap.FIRST ? 0 : completed.size(), List.of(OPTION, bootstrapServers));
    return completed;
  }
}
