package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.TypeConversionException;

class CliTest {
  @TempDir static Path dir;

  static Stream<Arguments> usageErrors() throws Exception {
    String csv = Files.writeString(dir.resolve("prices.csv"), "symbol\n").toString();
    return Stream.of(
        Arguments.of(
            new String[] {},
            "vfr: which command? one of broker, topics, replay, features, backtest, models, dead-letters, kafka"),
        Arguments.of(new String[] {"brokr"}, "vfr: Unmatched argument at index 0: 'brokr'"),
        Arguments.of(new String[] {"topics"}, "vfr topics: which command? one of create, describe"),
        Arguments.of(new String[] {"topics", "create", "--partitions", "x"}, "'x' is not an int"),
        Arguments.of(
            new String[] {"topics", "create", "--partitions", "0"},
            "--partitions must be 1..10000, got 0"),
        Arguments.of(
            new String[] {"topics", "create", "--replication", "0"},
            "--replication must be 1..32767, got 0"),
        Arguments.of(
            new String[] {"topics", "describe", "--set", "bars.intervl=1"},
            "bars.intervl=1 (--set): unknown key, did you mean bars.interval?"),
        Arguments.of(new String[] {"broker", "--nodes", "2"}, "--nodes must be 1 or 3, got 2"),
        Arguments.of(new String[] {"broker", "--port", "70000"}, "got 70000"),
        Arguments.of(new String[] {"replay"}, "nothing to send; give one of --prices"),
        Arguments.of(
            new String[] {"replay", "--macro", "missing.csv"}, "--macro missing.csv: no such file"),
        Arguments.of(
            new String[] {"replay", "--prices", csv, "--speed", "fast"},
            "--speed must be max or a number of rows a second, got fast"),
        Arguments.of(new String[] {"replay", "--prices", csv, "--speed", "0"}, "got 0"),
        Arguments.of(
            new String[] {"replay", "--prices", csv, "--interval", "daily"},
            "'daily' is no duration such as 30s, 5m, 1d or PT1H30M"),
        Arguments.of(new String[] {"kafka", "zookeeper"}, "no Kafka tool 'zookeeper'"));
  }

  @ParameterizedTest
  @MethodSource("usageErrors")
  void execute_notValid_isOneLineAndExitCodeTwo(String[] arguments, String expected) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(expected);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void needed_namedCommand_isTheOnlyOne() {
    List<Class<?>> commands = List.of(TopicsCommand.class, RunCommand.class);
    assertThat(Cli.needed(commands, "run", "topics")).containsExactly(RunCommand.class);
    assertThat(Cli.needed(commands, "brokr")).isEqualTo(commands);
    assertThat(Cli.needed(commands, "--verbose", "run")).isEqualTo(commands);
    assertThat(Cli.needed(commands)).isEqualTo(commands);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "broker",
    "topics",
    "topics create",
    "topics describe",
    "replay",
    "models",
    "models import",
    "dead-letters",
    "dead-letters list",
    "dead-letters redrive",
    "kafka"
  })
  void help_everyCommand_goesToStandardOutput(String command) {
    String[] arguments = (command + " --help").strip().split(" ");
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: vfr").contains("--help");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void version_namesKafkaAndJava() {
    assertThat(CommandRun.of("--version").out()).matches("vfr \\S+ \\(Kafka 4.*, Java 2\\S+\\)\\R");
    assertThat(CommandRun.of("topics", "create", "--version").out()).startsWith("vfr ");
  }

  @Test
  void verbose_error_showsTheStackTrace() {
    CommandRun run = CommandRun.of("broker", "--nodes", "2", "--verbose");
    assertThat(run.err()).contains("at io.vfr.streams.cli.BrokerCommand");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void kafka_alone_listsTheTools() {
    assertThat(CommandRun.of("kafka").out().lines())
        .contains("kafka-console-consumer", "kafka-topics", "kafka-get-offsets");
    assertThat(CommandRun.of("kafka", "--json").out()).startsWith("[\"kafka-acls\",");
  }

  @ParameterizedTest
  @CsvSource({"90s,PT1M30S", "5m,PT5M", "250ms,PT0.25S", "2h,PT2H", "1d,P1D", "PT1M,PT1M"})
  void durationArgument_shortOrIso_isRead(String text, Duration expected) {
    assertThat(new DurationArgument().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"10", "-5s", "1w", "''"})
  void durationArgument_else_isRefused(String text) {
    assertThatThrownBy(() -> new DurationArgument().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
