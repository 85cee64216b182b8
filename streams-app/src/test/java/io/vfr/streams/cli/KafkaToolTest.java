package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaToolTest {
  @ParameterizedTest
  @ValueSource(strings = {"topics", "kafka-topics", "kafka-topics.sh", "topics.sh"})
  void find_anyForm_isTheTool(String name) {
    assertThat(KafkaTool.find(name).map(KafkaTool::kafkaName)).hasValue("kafka-topics");
  }

  @Test
  void withBootstrap_noneGiven_isAdded() {
    assertThat(complete("topics", "--list"))
        .containsExactly("--bootstrap-server", "broker:1", "--list");
    assertThat(complete("broker-api-versions")).containsExactly("--bootstrap-server", "broker:1");
    assertThat(complete("cluster", "cluster-id"))
        .containsExactly("cluster-id", "--bootstrap-server", "broker:1");
  }

  @Test
  void withBootstrap_givenOrNotNeeded_staysAsItIs() {
    assertThat(complete("topics", "--bootstrap-server=x:1", "--list")).hasSize(2);
    assertThat(complete("metadata-quorum", "--bootstrap-controller", "x:1", "describe")).hasSize(3);
    assertThat(complete("producer-perf-test", "--command-property", "bootstrap.servers=x:1"))
        .hasSize(2);
    assertThat(complete("topics", "--help")).containsExactly("--help");
    assertThat(complete("dump-log", "--files", "f")).containsExactly("--files", "f");
  }

  private static List<String> complete(String tool, String... arguments) {
    return KafkaTool.find(tool).orElseThrow().withBootstrap(List.of(arguments), "broker:1");
  }
}
