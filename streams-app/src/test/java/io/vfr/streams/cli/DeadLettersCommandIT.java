package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.Topics;
import io.vfr.streams.CommittedRecords;
import io.vfr.streams.ingest.Partitioning;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandIT {
  private static final int PARTITIONS = 3;

  @TempDir Path dir;

  @Test
  void list_hostileLetters_areEscapedAndFiltered() throws Exception {
    try (EmbeddedKafka kafka = kafka()) {
      letter(
          kafka,
          "\u001b[31mEVIL\r\n",
          "{}",
          "KEY_MISMATCH",
          "vfr.prices",
          "ingest",
          "bad\u001b[2J");
      letter(kafka, "AAA", "x", "NOT_JSON", "vfr.macro", "ingest", "not JSON");
      letter(kafka, "AAA", "x", "LATE", "vfr.prices", "features", "late");
      send(kafka, new ProducerRecord<>(Topics.DEAD_LETTERS.name(), utf8("AAA"), utf8("none")));

      CommandRun text = run(kafka, "list");
      assertThat(text.exitCode()).as(text.err()).isZero();
      assertThat(text.out()).contains("\\u001b[31mEVIL\\u000d\\u000a", "bad\\u001b[2J");
      assertThat(text.out()).doesNotContain("\u001b").contains("3 found, 3 shown");
      assertThat(text.out()).contains("1 records are no dead letters");

      JsonNode prices = json(run(kafka, "list", "--json", "--topic", "vfr.prices"));
      assertThat(prices.get("found").asInt()).isEqualTo(2);
      assertThat(prices.get("unreadable").asInt()).isEqualTo(1);
      assertThat(json(run(kafka, "list", "--json", "--code", "not_json")).get("found").asInt())
          .isEqualTo(1);
      JsonNode late = json(run(kafka, "list", "--json", "--stage", "features", "--since", "1h"));
      assertThat(late.get("letters")).hasSize(1);
      assertThat(late.get("letters").get(0).get("source").asText()).isEqualTo("vfr.prices-2@17");
      JsonNode none = json(run(kafka, "list", "--json", "--since", "2999-01-01T00:00:00Z"));
      assertThat(none.get("found").asInt()).isZero();
      assertThat(json(run(kafka, "list", "--json", "--limit", "1")).get("letters")).hasSize(1);
    }
  }

  @Test
  void redrive_sendsTheOriginalOnce_toItsKeysPartition() throws Exception {
    try (EmbeddedKafka kafka = kafka()) {
      letter(kafka, "AAA", "good now", "LATE", "vfr.prices", "features", "late");
      letter(kafka, "BBB", "other", "NOT_JSON", "vfr.prices", "ingest", "not JSON");
      letter(kafka, "CCC", "mine", "UNKNOWN_SOURCE", "vfr.rerouted", "ingest", "unknown");

      JsonNode dry = json(run(kafka, "redrive", "--code", "LATE", "--dry-run", "--json"));
      assertThat(dry.get("sent").asInt()).isEqualTo(1);
      assertThat(read(kafka, Topics.PRICES.name())).isEmpty();

      JsonNode first = json(run(kafka, "redrive", "--code", "LATE", "--json"));
      assertThat(first.get("sent").asInt()).isEqualTo(1);
      List<ConsumerRecord<byte[], byte[]>> sent = read(kafka, Topics.PRICES.name());
      assertThat(sent).hasSize(1);
      ConsumerRecord<byte[], byte[]> record = sent.getFirst();
      assertThat(record.key()).isEqualTo(utf8("AAA"));
      assertThat(record.value()).isEqualTo(utf8("good now"));
      assertThat(record.partition()).isEqualTo(new Partitioning(PARTITIONS).home(utf8("AAA")));
      assertThat(Arrays.stream(record.headers().toArray()).map(h -> h.key()))
          .containsExactly("trace", "vfr.redrive.count");
      assertThat(record.headers().lastHeader("vfr.redrive.count").value()).isEqualTo(utf8("1"));

      JsonNode second = json(run(kafka, "redrive", "--code", "LATE", "--json"));
      assertThat(second.get("sent").asInt()).isZero();
      assertThat(second.get("sentBefore").asInt()).isEqualTo(1);
      assertThat(read(kafka, Topics.PRICES.name())).hasSize(1);
      JsonNode listed = json(run(kafka, "list", "--json", "--code", "LATE"));
      assertThat(listed.get("letters").get(0).get("redriven").asBoolean()).isTrue();

      json(run(kafka, "redrive", "--code", "LATE", "--again", "--json"));
      assertThat(read(kafka, Topics.PRICES.name())).hasSize(2);

      JsonNode all = json(run(kafka, "redrive", "--all", "--json"));
      assertThat(all.get("sent").asInt()).isEqualTo(1);
      assertThat(all.get("notAnInput").asInt()).isEqualTo(1);
      assertThat(all.get("sentBefore").asInt()).isEqualTo(1);
    }
  }

  @Test
  void redrive_ofARecordThatFailedAgain_isRefused() throws Exception {
    try (EmbeddedKafka kafka = kafka()) {
      RecordHeaders headers = new RecordHeaders();
      headers.add("vfr.redrive.count", utf8("1"));
      letter(kafka, headers, "AAA", "bad", "NOT_JSON", "vfr.prices", "ingest", "not JSON");
      JsonNode refused = json(run(kafka, "redrive", "--all", "--json"));
      assertThat(refused.get("sent").asInt()).isZero();
      assertThat(refused.get("failedAgain").asInt()).isEqualTo(1);
      json(run(kafka, "redrive", "--all", "--again", "--json"));
      assertThat(
              read(kafka, Topics.PRICES.name())
                  .getFirst()
                  .headers()
                  .lastHeader("vfr.redrive.count")
                  .value())
          .isEqualTo(utf8("2"));
    }
  }

  @Test
  void redrive_withoutAChoice_isAUsageError() {
    CommandRun run = CommandRun.of("dead-letters", "redrive");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--all");
    assertThat(CommandRun.of("dead-letters", "list", "--since", "yesterday").err())
        .contains("--since must be a duration such as 2h");
    assertThat(CommandRun.of("dead-letters", "list", "--topic", "prices").exitCode()).isEqualTo(2);
  }

  private EmbeddedKafka kafka() {
    EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir));
    CommandRun created =
        CommandRun.of(
            "topics",
            "create",
            "--partitions",
            "" + PARTITIONS,
            "--bootstrap-servers",
            kafka.bootstrapServers());
    assertThat(created.exitCode()).as(created.err()).isZero();
    return kafka;
  }

  private static CommandRun run(EmbeddedKafka kafka, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("dead-letters", command));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode json(CommandRun run) throws Exception {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static void letter(
      EmbeddedKafka kafka,
      String key,
      String value,
      String code,
      String topic,
      String stage,
      String message)
      throws Exception {
    letter(kafka, new RecordHeaders(), key, value, code, topic, stage, message);
  }

  private static void letter(
      EmbeddedKafka kafka,
      Headers original,
      String key,
      String value,
      String code,
      String topic,
      String stage,
      String message)
      throws Exception {
    RecordHeaders headers = new RecordHeaders(original);
    headers.add("trace", new byte[] {7});
    headers.add(DeadLetterHeaders.ERROR_CODE, utf8(code));
    headers.add(DeadLetterHeaders.ERROR_MESSAGE, utf8(message));
    headers.add(DeadLetterHeaders.ERROR_STAGE, utf8(stage));
    headers.add(DeadLetterHeaders.SOURCE_TOPIC, utf8(topic));
    headers.add(DeadLetterHeaders.SOURCE_PARTITION, utf8("2"));
    headers.add(DeadLetterHeaders.SOURCE_OFFSET, utf8("17"));
    send(
        kafka,
        new ProducerRecord<>(
            Topics.DEAD_LETTERS.name(), null, null, utf8(key), utf8(value), headers));
  }

  private static void send(EmbeddedKafka kafka, ProducerRecord<byte[], byte[]> record)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(EmbeddedKafka kafka, String topic) {
    return CommittedRecords.of(kafka, new ByteArrayDeserializer(), List.of(topic));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
