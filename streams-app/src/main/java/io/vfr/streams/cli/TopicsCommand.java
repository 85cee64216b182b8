package io.vfr.streams.cli;

import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.broker.TopicAdmin;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vfr topics}: the platform's topics. */
@Command(
    name = "topics",
    description = "Create or describe the platform's topics.",
    subcommands = {TopicsCommand.Create.class, TopicsCommand.Describe.class},
    synopsisSubcommandLabel = "COMMAND")
public final class TopicsCommand extends Cli.CommandGroup {
  /** {@code vfr topics create}. */
  @Command(
      name = "create",
      description = {
        "Create the topics that are missing.",
        "Topics that exist with the same number of partitions stay as they are; with another number"
            + " nothing is created and the exit code is 1."
      })
  static final class Create implements Callable<Integer> {
    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
        names = "--partitions",
        defaultValue = "8",
        description = "Partitions of vfr.prices and what is joined with it (default: 8).")
    private int partitions;

    @Option(
        names = "--replication",
        description = "Replicas of each partition (default: the broker's).")
    private @Nullable Integer replication;

    @Override
    public Integer call() {
      if (partitions < 1 || partitions > 10_000) {
        throw CliException.usage("--partitions must be 1..10000, got " + partitions);
      }
      if (replication != null && (replication < 1 || replication > Short.MAX_VALUE)) {
        throw CliException.usage("--replication must be 1..32767, got " + replication);
      }
      try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(common.load()))) {
        TopicAdmin.Created result = admin.create(partitions, Optional.ofNullable(replication));
        if (common.json()) {
          Json.print(common.out(), result);
        } else {
          PrintWriter out = common.out();
          result.created().forEach(name -> out.println("created " + name));
          result.present().forEach(name -> out.println("present " + name));
          out.flush();
        }
      }
      return Cli.OK;
    }
  }

  /** {@code vfr topics describe}. */
  @Command(
      name = "describe",
      description = {
        "Show the topics as they are on the brokers.",
        "The exit code is 1 if one is missing or differs from what the application needs."
      })
  static final class Describe implements Callable<Integer> {
    private static final String ROW = "%-22s %10s %11s  %-8s %-13s %-15s %s%n";

    @Mixin private CommonOptions common = new CommonOptions();

    @Override
    public Integer call() {
      try (TopicAdmin admin = TopicAdmin.connect(KafkaProperties.admin(common.load()))) {
        List<TopicAdmin.TopicState> topics = admin.describe();
        if (common.json()) {
          Json.print(common.out(), topics);
        } else {
          print(topics);
        }
        boolean asNeeded = topics.stream().allMatch(topic -> topic.differences().isEmpty());
        return asNeeded ? Cli.OK : Cli.FAILED;
      }
    }

    private void print(List<TopicAdmin.TopicState> topics) {
      PrintWriter out = common.out();
      out.printf(
          ROW,
          "topic",
          "partitions",
          "replication",
          "cleanup",
          "retention ms",
          "timestamps",
          "differences");
      for (TopicAdmin.TopicState topic : topics) {
        out.printf(
            ROW,
            topic.name(),
            topic.partitions(),
            topic.replication(),
            topic.configs().getOrDefault("cleanup.policy", "-"),
            topic.configs().getOrDefault("retention.ms", "-"),
            topic.configs().getOrDefault("message.timestamp.type", "-"),
            String.join("; ", topic.differences()));
      }
      out.flush();
    }
  }
}
