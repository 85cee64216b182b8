package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every listed tool does its work from the jars on the class path. */
class KafkaToolsIT {
  /** Refused by a broker without security, or asked for their help, which Kafka ends with 1. */
  private static final Set<String> ENDS_WITH_ONE =
      Set.of("kafka-acls", "kafka-delegation-tokens", "kafka-console-producer", "kafka-jmx");

  /**
   * Gives its consumers 100 ms, whatever {@code --timeout} says, and then interrupts them (Kafka
   * 4.3.1): it depends on the machine whether it ends with 0 or with their exception.
   */
  private static final String INTERRUPTS_ITSELF = "kafka-share-consumer-perf-test";

  @TempDir static Path dir;

  private static @Nullable EmbeddedKafka kafka;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("data")));
    assertThat(CommandRun.of("topics", "create", "--bootstrap-servers", servers()).exitCode())
        .isZero();
  }

  @AfterAll
  static void stopBroker() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @Test
  void consoleProducerThenConsumer_asProcesses_recordIsReadable() throws Exception {
    try (VfrProcess producer =
        VfrProcess.start(
            dir,
            "kafka",
            "--bootstrap-servers",
            servers(),
            "kafka-console-producer.sh",
            "--topic",
            "vfr.macro",
            "--reader-property",
            "parse.key=true",
            "--reader-property",
            "key.separator=|")) {
      producer.write("vix|{\"series\":\"vix\",\"ts\":1,\"value\":20.5}\n");
      assertThat(producer.awaitExit()).as(producer.errors()).isZero();
    }
    try (VfrProcess consumer =
        VfrProcess.start(
            dir,
            "kafka",
            "console-consumer",
            "--bootstrap-server",
            servers(),
            "--topic",
            "vfr.macro",
            "--from-beginning",
            "--max-messages",
            "1",
            "--timeout-ms",
            "60000",
            "--formatter-property",
            "print.key=true")) {
      assertThat(consumer.readLines())
          .containsExactly("vix\t{\"series\":\"vix\",\"ts\":1,\"value\":20.5}");
      assertThat(consumer.awaitExit()).as(consumer.errors()).isZero();
    }
  }

  static Stream<Arguments> work() throws Exception {
    Path delete =
        Files.writeString(
            dir.resolve("delete.json"),
            "{\"partitions\":[{\"topic\":\"vfr.alerts\",\"partition\":0,\"offset\":0}],"
                + "\"version\":1}");
    Path move =
        Files.writeString(
            dir.resolve("move.json"), "{\"topics\":[{\"topic\":\"vfr.alerts\"}],\"version\":1}");
    Path client = Files.writeString(dir.resolve("client.properties"), "client.id=test\n");
    return Stream.of(
        tool("kafka-acls --list", "Authorizer"),
        tool("kafka-broker-api-versions", "Produce\\(0\\)"),
        tool("kafka-client-metrics --list", ""),
        tool("kafka-cluster cluster-id", "Cluster ID: "),
        tool("kafka-configs --describe --topic vfr.models", "cleanup.policy=compact"),
        tool("kafka-console-consumer --topic vfr.alerts --timeout-ms 500", "0 messages"),
        tool("kafka-console-producer --help", "--reader-property"),
        tool("kafka-console-share-consumer --topic vfr.alerts --timeout-ms 500", "0 messages"),
        tool("kafka-consumer-groups --list", ""),
        tool(
            "kafka-consumer-perf-test --topic vfr.alerts --num-records 1 --timeout 500",
            "start.time"),
        tool(
            "kafka-delegation-tokens --describe --command-config " + client,
            "(?i)delegation token"),
        tool("kafka-delete-records --offset-json-file " + delete, "low_watermark: 0"),
        tool(
            "kafka-dump-log --cluster-metadata-decoder --files "
                + dir.resolve("data/node-1/__cluster_metadata-0/00000000000000000000.log"),
            "TOPIC_RECORD"),
        tool(
            "kafka-e2e-latency --topic vfr.outcomes --num-records 3 --producer-acks all"
                + " --record-size 20",
            "Avg latency"),
        tool("kafka-features describe", "metadata.version"),
        tool("kafka-get-offsets --topic vfr.models", "vfr.models:0:0"),
        tool("kafka-groups --list", ""),
        tool("kafka-jmx --help", "--jmx-url"),
        tool("kafka-leader-election --election-type preferred --all-topic-partitions", ""),
        tool("kafka-log-dirs --describe", "\"broker\":1"),
        tool("kafka-metadata-quorum describe --status", "LeaderId: +1"),
        tool(
            "kafka-producer-perf-test --topic vfr.features --num-records 10 --record-size 10"
                + " --throughput -1",
            "10 records sent"),
        tool(
            "kafka-reassign-partitions --generate --broker-list 1 --topics-to-move-json-file "
                + move,
            "Proposed partition reassignment"),
        tool(
            "kafka-share-consumer-perf-test --topic vfr.alerts --num-records 1 --timeout 500"
                + " --group perf",
            "start.time"),
        tool("kafka-share-groups --list", ""),
        tool("kafka-storage random-uuid", "[A-Za-z0-9_-]{22}"),
        tool(
            "kafka-streams-application-reset --application-id none --input-topics vfr.prices",
            "(?i)reset|offsets"),
        tool("kafka-streams-groups --list", ""),
        tool("kafka-topics --list", "vfr.predictions"),
        tool("kafka-transactions list", "TransactionalId"));
  }

  @ParameterizedTest
  @MethodSource("work")
  void tool_onARealBroker_doesItsWork(List<String> words, String expected) throws Exception {
    ToolRun run = run(words);
    assertThat(run.output()).doesNotContain("NoClassDefFoundError").doesNotContain("ClassNotFound");
    assertThat(run.output()).containsPattern(expected);
    if (words.getFirst().equals(INTERRUPTS_ITSELF)) {
      assertThat(run.exitCode()).as(run.output()).isIn(0, 1);
      assertThat(run.exitCode() == 0 || run.output().contains("InterruptException")).isTrue();
      return;
    }
    assertThat(run.exitCode())
        .as(run.output())
        .isEqualTo(ENDS_WITH_ONE.contains(words.getFirst()) ? 1 : 0);
  }

  @Test
  void everyListedTool_isTriedHere() throws Exception {
    Set<String> tried =
        work().map(arguments -> toolName(arguments)).collect(Collectors.toCollection(TreeSet::new));
    assertThat(KafkaTool.ALL).extracting(KafkaTool::kafkaName).containsExactlyElementsOf(tried);
  }

  /** What a tool printed, and the first exit that it asked for; 0 if it just returned. */
  private record ToolRun(String output, int exitCode) {}

  private static ToolRun run(List<String> words) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    AtomicReference<@Nullable Integer> exit = new AtomicReference<>();
    Exit.setExitProcedure((code, message) -> {
      // Tools catch what is thrown here, too, and exit once more.
      exit.compareAndSet(null, code);
      throw new ToolExit();
    });
    try (PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      System.setErr(capture);
      KafkaTool.find(words.getFirst()).orElseThrow().run(words.subList(1, words.size()), servers());
    } catch (ToolExit e) {
      assertThat(exit.get()).isNotNull();
    } finally {
      System.setOut(out);
      System.setErr(err);
      Exit.resetExitProcedure();
    }
    Integer code = exit.get();
    return new ToolRun(printed.toString(StandardCharsets.UTF_8), code == null ? 0 : code);
  }

  private static final class ToolExit extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static String toolName(Arguments arguments) {
    return arguments.get()[0] instanceof List<?> words ? String.valueOf(words.getFirst()) : "";
  }

  private static Arguments tool(String line, String expected) {
    return Arguments.of(Arrays.asList(line.split(" ")), expected);
  }

  private static String servers() {
    EmbeddedKafka running = kafka;
    assertThat(running).isNotNull();
    return running == null ? "" : running.bootstrapServers();
  }
}
