package io.vfr.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.streams.ops.broker.EmbeddedKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandIT {
  private static final String HEADER = "symbol,ts,open,high,low,close,volume\n";

  @TempDir Path dir;

  @Test
  void replay_allFiles_sideInputsFirstThenPricesInFileOrder() throws Exception {
    try (EmbeddedKafka kafka = start()) {
      StringBuilder prices = new StringBuilder(HEADER);
      for (int i = 0; i < 500; i++) {
        prices.append("S").append(i % 7).append(',').append(i).append(",1,1,1,1,1\n");
      }
      CommandRun run =
          replay(
              kafka,
              "--prices",
              gzip("prices.csv.gz", prices.toString()),
              "--fundamentals",
              file("f.csv", "symbol,knownAt,periodEnd,eps\nS1,2012-12-27,2012-09-30,1.50\n"),
              "--sentiment",
              file(
                  "s.csv",
                  "symbol,ts,source,sentiment,confidence,mentions\nS1,5,news,0.5,0.25,3\n"),
              "--macro",
              file("m.csv", "series,ts,value\nvix,2012-01-04,22.97\n"),
              "--json");
      assertThat(run.exitCode()).as(run.err()).isZero();
      JsonNode result = new ObjectMapper().readTree(run.out());
      assertThat(result.get("topics").get("vfr.prices"))
          .hasToString("{\"rows\":500,\"sent\":500,\"failed\":0}");
      assertThat(result.get("topics").fieldNames())
          .toIterable()
          .containsExactly("vfr.macro", "vfr.fundamentals", "vfr.sentiment", "vfr.prices");
      assertThat(result.get("application").asText()).isEqualTo("not-running");

      assertThat(KafkaRecords.values(kafka.bootstrapServers(), "vfr.fundamentals", "S1"))
          .containsExactly(
              "{\"symbol\":\"S1\",\"knownAt\":1356566400000,\"periodEnd\":1348963200000,"
                  + "\"values\":{\"eps\":1.50}}");
      assertThat(KafkaRecords.values(kafka.bootstrapServers(), "vfr.macro", "vix"))
          .containsExactly("{\"series\":\"vix\",\"ts\":1325635200000,\"value\":22.97}");
      List<ConsumerRecord<String, String>> sent =
          KafkaRecords.of(kafka.bootstrapServers(), "vfr.prices");
      assertThat(sent).hasSize(500);
      long firstPrice = sent.stream().mapToLong(ConsumerRecord::timestamp).min().orElseThrow();
      for (String side : List.of("vfr.macro", "vfr.fundamentals", "vfr.sentiment")) {
        assertThat(KafkaRecords.of(kafka.bootstrapServers(), side))
            .allSatisfy(r -> assertThat(r.timestamp()).isLessThanOrEqualTo(firstPrice));
      }
      assertInFileOrderAndPlacedByKey(sent, 4);
    }
  }

  @Test
  void replay_dirtyRows_allReachTheTopicAsTheyAre() throws Exception {
    try (EmbeddedKafka kafka = start()) {
      String csv =
          HEADER
              + "D,2012-09-04,,2,1,1.5,0\n"
              + "D,2012-09-05,1,n/a,1,1.5,10\n"
              + "D,someday,1,2,1,1.5,10\n"
              + "D,2012-09-06,1,2,1,1,500,10\n"
              + "D,2012-09-07,1\n"
              + "\n"
              + ",2012-09-08,1,2,1,1.5,10\n"
              + "D,2012-09-09,1,\"2\",1,1.5,10\n";
      CommandRun run = replay(kafka, "--prices", file("dirty.csv", csv));
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("7 rows");
      assertThat(KafkaRecords.values(kafka.bootstrapServers(), "vfr.prices", "D"))
          .containsExactly(
              "{\"symbol\":\"D\",\"ts\":1346716800000,\"high\":2,\"low\":1,\"close\":1.5,"
                  + "\"volume\":0}",
              "{\"symbol\":\"D\",\"ts\":1346803200000,\"open\":1,\"high\":\"n/a\",\"low\":1,"
                  + "\"close\":1.5,\"volume\":10}",
              "{\"symbol\":\"D\",\"ts\":\"someday\",\"open\":1,\"high\":2,\"low\":1,\"close\":1.5,"
                  + "\"volume\":10}",
              "D,2012-09-06,1,2,1,1,500,10",
              "{\"symbol\":\"D\",\"ts\":1346976000000,\"open\":1}",
              "{\"symbol\":\"D\",\"ts\":1347148800000,\"open\":1,\"high\":2,\"low\":1,"
                  + "\"close\":1.5,\"volume\":10}");
      assertThat(KafkaRecords.values(kafka.bootstrapServers(), "vfr.prices", "")).hasSize(1);
    }
  }

  @Test
  void replay_runningApplication_takesSideInputsBeforeTheFirstPrice() throws Exception {
    try (EmbeddedKafka kafka = start();
        Application application = new Application(kafka.bootstrapServers(), "app", true)) {
      application.awaitMember();
      CommandRun run = replayToApplication(kafka, "30s");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("\"application\":\"caught-up\"");
      // What was committed when the first price came: all the side inputs.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(application.committedBeforePrices).hasValue(3));
    }
  }

  @Test
  void replay_applicationThatIsStuck_isWaitedForNoLongerThanTold() throws Exception {
    try (EmbeddedKafka kafka = start();
        Application application = new Application(kafka.bootstrapServers(), "app", false)) {
      application.awaitMember();
      CommandRun run = replayToApplication(kafka, "300ms");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("\"application\":\"behind\"");
      assertThat(run.err()).contains("application app has not taken all side inputs within PT0.3S");
      assertThat(KafkaRecords.of(kafka.bootstrapServers(), "vfr.prices")).hasSize(1);
    }
  }

  @Test
  void replay_speed_spreadsThePrices() throws Exception {
    try (EmbeddedKafka kafka = start()) {
      String prices = file("p.csv", HEADER + "A,1,1,1,1,1,1\n".repeat(51));
      CommandRun run = replay(kafka, "--prices", prices, "--speed", "100", "--json");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(new ObjectMapper().readTree(run.out()).get("seconds").asDouble())
          .isGreaterThanOrEqualTo(0.5);
    }
  }

  @Test
  void replay_wrongFile_failsBeforeAnythingIsSent() throws Exception {
    try (EmbeddedKafka kafka = start()) {
      String macro = file("m.csv", "series,ts,value\nvix,1,1\n");
      CommandRun missing =
          replay(kafka, "--macro", macro, "--prices", file("p.csv", "symbol,ts,open\nA,1,1\n"));
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err()).contains("p.csv: column high, low, close, volume is missing");
      CommandRun empty = replay(kafka, "--macro", macro, "--prices", file("empty.csv", ""));
      assertThat(empty.exitCode()).isEqualTo(1);
      assertThat(empty.err()).contains("empty.csv: empty, a header is needed");
      Path broken = Files.write(dir.resolve("x.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 1});
      CommandRun damaged = replay(kafka, "--macro", macro, "--prices", broken.toString());
      assertThat(damaged.exitCode()).isEqualTo(1);
      assertThat(damaged.err()).contains("x.gz: cannot be read");
      assertThat(KafkaRecords.of(kafka.bootstrapServers(), "vfr.macro")).isEmpty();
    }
  }

  @Test
  void replay_rowTooLarge_isCountedAndTheOthersAreSent() throws Exception {
    try (EmbeddedKafka kafka = start()) {
      StringBuilder huge = new StringBuilder();
      Random random = new Random(7);
      for (int i = 0; i < 2_000_000; i++) {
        huge.append((char) ('a' + random.nextInt(26)));
      }
      String csv = "series,ts,value\nvix,1,1\nvix,2," + huge + "\nvix,3,3\n";
      CommandRun run = replay(kafka, "--macro", file("m.csv", csv), "--json");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("{\"rows\":3,\"sent\":2,\"failed\":1}");
      assertThat(KafkaRecords.values(kafka.bootstrapServers(), "vfr.macro", "vix")).hasSize(2);
    }
  }

  @Test
  void replay_topicsMissing_saysHowToMakeThem() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("d")))) {
      CommandRun run = replay(kafka, "--macro", file("m.csv", "series,ts,value\nvix,1,1\n"));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("no topic vfr.macro").contains("vfr topics create");
    }
  }

  private static void assertInFileOrderAndPlacedByKey(
      List<ConsumerRecord<String, String>> records, int partitions) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Long> last = new HashMap<>();
    for (ConsumerRecord<String, String> record : records) {
      long ts = json.readTree(record.value()).get("ts").asLong();
      Long before = last.put(record.key(), ts);
      assertThat(before == null ? -1 : before).isLessThan(ts);
      assertThat(record.partition())
          .isEqualTo(Utils.toPositive(Utils.murmur2(Utils.utf8(record.key()))) % partitions);
    }
  }

  private EmbeddedKafka start() {
    EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(dir.resolve("data")));
    CommandRun created =
        CommandRun.of(
            "topics",
            "create",
            "--partitions",
            "4",
            "--bootstrap-servers",
            kafka.bootstrapServers());
    assertThat(created.exitCode()).as(created.err()).isZero();
    return kafka;
  }

  private CommandRun replayToApplication(EmbeddedKafka kafka, String timeout) throws IOException {
    return replay(
        kafka,
        "--macro",
        file("m.csv", "series,ts,value\nvix,1,1\nvix,2,2\ndgs10,1,1\n"),
        "--prices",
        file("p.csv", HEADER + "A,1,1,1,1,1,1\n"),
        "--settle-timeout",
        timeout,
        "--set",
        "application.id=app",
        "--json");
  }

  private static CommandRun replay(EmbeddedKafka kafka, String... arguments) {
    List<String> all = new ArrayList<>(List.of("replay"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text).toString();
  }

  private String gzip(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file.toString();
  }

  /** A member of the application's group that takes macro values slowly, or never commits. */
  private static final class Application implements AutoCloseable {
    private final AtomicLong committedBeforePrices = new AtomicLong(-1);
    private final CountDownLatch joined = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closing;

    Application(String servers, String group, boolean commits) {
      thread = new Thread(() -> run(servers, group, commits), "application");
      thread.start();
    }

    void awaitMember() {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> joined.getCount() == 0);
    }

    private void run(String servers, String group, boolean commits) {
      long committed = 0;
      try (KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", servers,
                  "group.id", group,
                  "enable.auto.commit", "false",
                  "max.poll.records", "1",
                  "auto.offset.reset", "earliest"),
              new StringDeserializer(),
              new StringDeserializer())) {
        consumer.subscribe(List.of("vfr.macro", "vfr.prices"));
        while (!closing) {
          for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
            if (record.topic().equals("vfr.prices")) {
              committedBeforePrices.compareAndSet(-1, committed);
            } else if (commits) {
              consumer.commitSync(
                  Map.of(
                      new TopicPartition(record.topic(), record.partition()),
                      new OffsetAndMetadata(record.offset() + 1)));
              committed++;
            }
          }
          if (!consumer.assignment().isEmpty()) {
            joined.countDown();
          }
        }
      }
    }

    @Override
    public void close() {
      closing = true;
      boolean ended;
      try {
        ended = thread.join(Duration.ofSeconds(30));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ended = false;
      }
      assertThat(ended).isTrue();
    }
  }
}
