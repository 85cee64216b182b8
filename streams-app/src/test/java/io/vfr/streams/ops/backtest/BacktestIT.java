package io.vfr.streams.ops.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import io.vfr.streams.cli.demo.feed.SimulateCommand;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.config.ConfigLoader;
import io.vfr.streams.config.KafkaProperties;
import io.vfr.streams.ops.backtest.BacktestReport.PeriodFigures;
import io.vfr.streams.ops.replay.CsvKind;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small market through the whole application, and its report beside what the topics hold. */
class BacktestIT {
  private static final int SYMBOLS = 12;
  private static final int DAYS = 120;
  private static final LocalDate FROM = LocalDate.parse("2025-11-01");

  @TempDir Path dir;

  @Test
  void report_countsAreThoseOfTheTopics() throws Exception {
    simulate();
    AppConfig config = config();
    Backtest backtest =
        new Backtest(config, new Backtest.Request(files(), new Window(FROM, null), 3, 5));
    try (BacktestRun run = new BacktestRun(config, dir, new SilentProgress(), () -> false)) {
      BacktestReport report = backtest.report(run);
      Map<String, Prediction> predictions = new HashMap<>();
      for (byte[] value : values(run.config(), Topics.PREDICTIONS)) {
        Prediction prediction = Codecs.PREDICTION.read(value);
        assertThat(predictions.put(prediction.id(), prediction)).isNull();
      }
      List<Outcome> outcomes =
          values(run.config(), Topics.OUTCOMES).stream().map(Codecs.OUTCOME::read).toList();

      assertThat(report.run().rowsSent()).containsEntry(Topics.PRICES.name(), SYMBOLS * DAYS * 1L);
      assertThat(report.run().pricesAccepted()).isEqualTo(SYMBOLS * DAYS);
      assertThat(report.run().predictions())
          .isEqualTo(predictions.size())
          .isEqualTo(SYMBOLS * DAYS);
      assertThat(report.run().outcomes()).isEqualTo(outcomes.size()).isPositive();
      assertThat(report.run().withoutOutcome()).isEqualTo(predictions.size() - outcomes.size());
      assertThat(report.run().degraded())
          .isEqualTo(predictions.values().stream().filter(Prediction::degraded).count());
      assertWindow(report, predictions, outcomes);
      assertThat(report.crossCheck().agrees()).as(report.crossCheck().toString()).isTrue();
      assertThat(report.crossCheck().returns()).isPositive();
      assertThat(report.crossCheck().hits()).isPositive();
      assertShown(report);
    }
  }

  private void assertShown(BacktestReport report) throws Exception {
    assertThat(ReportText.of(report)).contains("mean-reversion-xgb-v2@2.1.0: returns");
    ObjectMapper json = new ObjectMapper();
    JsonNode tree = json.readTree(json.writeValueAsString(report));
    assertThat(tree.at("/coverage/periods/0/figures/rows").asInt())
        .isEqualTo(report.coverage().periods().getFirst().figures().rows());
    assertThat(tree.at("/longShort/curve").size()).isEqualTo(report.longShort().bars());
    Path html = dir.resolve("report.html");
    ReportHtml.write(report, html);
    String written = Files.readString(html);
    Matcher embedded =
        Pattern.compile("<script id=\"report\" type=\"application/json\">(.*?)</script>")
            .matcher(written);
    assertThat(embedded.find()).isTrue();
    assertThat(json.readTree(embedded.group(1))).isEqualTo(tree);
    // The library, the two texts and the program, and no placeholder left.
    assertThat(written.split("</script>", -1)).hasSize(5);
    assertThat(written).contains("Apache Software Foundation").doesNotContain("/*{");
  }

  private static void assertWindow(
      BacktestReport report, Map<String, Prediction> predictions, List<Outcome> outcomes) {
    long from = TestRows.millis(FROM.toString());
    int met = 0;
    int intervals = 0;
    int inside = 0;
    int scored = 0;
    double squares = 0;
    Set<String> keys = new HashSet<>();
    for (Outcome outcome : outcomes) {
      Prediction prediction = Objects.requireNonNull(predictions.get(outcome.predictionId()));
      if (prediction.ts() < from) {
        continue;
      }
      met++;
      outcome.models().forEach(model -> keys.add(model.id() + "@" + model.version()));
      if (outcome.insideInterval() != null) {
        intervals++;
        inside += outcome.insideInterval() ? 1 : 0;
      }
      if (!outcome.models().isEmpty()) {
        scored++;
        squares += outcome.error() * outcome.error();
      }
    }
    assertThat(report.evaluated().met()).isEqualTo(met).isPositive();
    assertThat(report.evaluated().scored()).isEqualTo(scored).isPositive();
    assertThat(report.evaluated().predictions())
        .isEqualTo(predictions.values().stream().filter(p -> p.ts() >= from).count());
    Coverage coverage = report.coverage().periods().getFirst().figures();
    assertThat(coverage.rows()).isEqualTo(intervals);
    assertThat(coverage.inside()).isEqualTo(inside);
    PeriodFigures<ReturnSkill> all = report.ensemble().getFirst();
    assertThat(all.figures().rows()).isEqualTo(scored);
    assertThat(all.figures().rmse()).isEqualTo(Math.sqrt(squares / scored), within(1e-12));
    assertThat(report.models())
        .extracting(BacktestReport.ModelFigures::model)
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  private void simulate() {
    int exitCode =
        new CommandLine(new SimulateCommand())
            .setOut(new PrintWriter(Writer.nullWriter()))
            .execute(
                "--out",
                dir.resolve("market").toString(),
                "--symbols",
                Integer.toString(SYMBOLS),
                "--days",
                Integer.toString(DAYS),
                "--seed",
                "7",
                "--today",
                "2026-01-31");
    assertThat(exitCode).isZero();
  }

  private Map<CsvKind, Path> files() {
    Map<CsvKind, Path> files = new HashMap<>();
    for (CsvKind kind : CsvKind.values()) {
      files.put(kind, dir.resolve("market").resolve(kind.label() + ".csv.gz"));
    }
    return files;
  }

  /** The configuration of a fresh installation: the models that ship. */
  private static AppConfig config() {
    return ConfigLoader.load(
            new ConfigLoader.Sources(null, Map.of(), List.of(), Map.of(), Path.of("..")))
        .config();
  }

  /** Every value of a topic, read with nothing of the code under test. */
  private static List<byte[]> values(AppConfig config, Topic<?> topic) {
    Map<String, Object> properties = new HashMap<>(KafkaProperties.consumer(config));
    properties.put("isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<byte[]> values = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
