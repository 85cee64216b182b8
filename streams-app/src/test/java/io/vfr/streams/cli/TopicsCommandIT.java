package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsCommandIT {
  @TempDir Path dir;

  @Test
  void create_twice_secondChangesNothing() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      CommandRun first = run(kafka, "create", "--partitions", "3", "--json");
      assertThat(first.exitCode()).as(first.err()).isZero();
      assertThat(json(first).get("created")).hasSize(Topics.all().size());
      CommandRun second = run(kafka, "create", "--partitions", "3", "--json");
      assertThat(second.exitCode()).isZero();
      assertThat(json(second).get("created")).isEmpty();
      assertThat(json(second).get("present")).hasSize(Topics.all().size());
    }
  }

  @Test
  void create_otherPartitionCount_isRefusedAndNothingChanges() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      run(kafka, "create", "--partitions", "3");
      String before = run(kafka, "describe").out();
      CommandRun refused = run(kafka, "create", "--partitions", "4");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err())
          .contains("topics exist with 3 partition(s), not 4: vfr.prices, vfr.fundamentals");
      assertThat(run(kafka, "describe").out()).isEqualTo(before);
    }
  }

  @Test
  void describe_topicMissingOrOtherwise_saysSoAndFails() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      assertThat(run(kafka, "describe").exitCode()).isEqualTo(1);
      run(kafka, "create", "--partitions", "2");
      CommandRun good = run(kafka, "describe", "--json");
      assertThat(good.exitCode()).isZero();
      JsonNode prices = json(good).get(0);
      assertThat(prices.get("name").asText()).isEqualTo("vfr.prices");
      assertThat(prices.get("partitions").asInt()).isEqualTo(2);
      assertThat(prices.get("configs").get("message.timestamp.type").asText())
          .isEqualTo("LogAppendTime");
      KafkaTool.find("configs")
          .orElseThrow()
          .run(
              List.of(
                  "--alter",
                  "--topic",
                  "vfr.prices",
                  "--add-config",
                  "message.timestamp.type=CreateTime"),
              kafka.bootstrapServers());
      // The controller has the new setting at once, the broker that describes it a moment later.
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> {
            CommandRun changed = run(kafka, "describe");
            assertThat(changed.exitCode()).isEqualTo(1);
            assertThat(changed.out())
                .contains("message.timestamp.type: CreateTime, should be LogAppendTime");
          });
    }
  }

  @Test
  void create_threeNodes_replicatesThreeTimes() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir).withNodes(3))) {
      assertThat(run(kafka, "create", "--partitions", "2").exitCode()).isZero();
      for (JsonNode topic : json(run(kafka, "describe", "--json"))) {
        assertThat(topic.get("replication").asInt()).as(topic.toString()).isEqualTo(3);
      }
    }
  }

  @Test
  void create_moreReplicasThanNodes_isRefusedWithTheReason() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir))) {
      CommandRun refused = run(kafka, "create", "--replication", "2");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("cannot create topic").contains("replication factor");
      assertThat(refused.err().lines()).hasSize(1);
    }
  }

  private static CommandRun run(EmbeddedKafka kafka, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "topics";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--bootstrap-servers";
    all[all.length - 1] = kafka.bootstrapServers();
    return CommandRun.of(all);
  }

  private static JsonNode json(CommandRun run) throws Exception {
    return new ObjectMapper().readTree(run.out());
  }
}
