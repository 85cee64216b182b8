package io.vfr.streams.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.DeadLetterHeaders;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Topics;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole topology as the first of four partitions, to which every key is sent. */
class MisplacedFlowTest {
  private static final long DAY = 86_400_000L;
  private static final long START = 1_700_006_400_000L;
  private static final int PARTITIONS = 4;
  private static final String HERE = symbol(true);
  private static final String ELSEWHERE = symbol(false);

  @TempDir private Path directory;

  private static String symbol(boolean here) {
    Partitioning partitioning = new Partitioning(PARTITIONS);
    for (char c = 'A'; c <= 'Z'; c++) {
      String symbol = "SYM" + c;
      if (partitioning.isHome(symbol.getBytes(StandardCharsets.UTF_8), 0) == here) {
        return symbol;
      }
    }
    throw new AssertionError("26 symbols are on one partition");
  }

  private Pipeline pipeline(String name, int partitions) {
    return new Pipeline(
        TestConfigs.daily(directory.resolve(name)), ModelSet.ofChampions(List.of()), partitions);
  }

  private static void send(Pipeline pipeline) {
    for (String symbol : List.of(HERE, ELSEWHERE)) {
      pipeline.fundamentals(
          new Fundamentals(symbol, START - DAY, START - 40 * DAY, Map.of("pe_ratio", 18.25)));
      for (int day = 0; day < 40; day++) {
        long ts = START + day * DAY;
        pipeline.sentiment(new SentimentObservation(symbol, ts, "news", 0.75, 0.5, 3));
        double close = 100 + day % 7;
        pipeline.price(
            new PriceBar(symbol, ts, close - 1, close + 2, close - 2, close, 1000, null));
      }
    }
  }

  @Test
  void misplacedRecords_givePredictionsAndFeaturesAsIfTheyHadComeRight() {
    try (Pipeline right = pipeline("right", 1);
        Pipeline wrong = pipeline("wrong", PARTITIONS)) {
      send(right);
      send(wrong);
      List<Prediction> wanted = right.predictions();
      List<Prediction> got = wrong.predictions();
      assertThat(got).hasSize(80).usingRecursiveComparison().isEqualTo(wanted);
      assertThat(got)
          .allSatisfy(p -> assertThat(p.source().topic()).isEqualTo(Topics.PRICES.name()));
      assertThat(features(wrong)).isEqualTo(features(right));
      assertThat(wrong.deadLetters()).isEmpty();
      assertCounted(wrong, Topics.PRICES.name(), 80, 40, 40);
      assertCounted(wrong, Topics.SENTIMENT.name(), 80, 40, 40);
      assertCounted(wrong, Topics.FUNDAMENTALS.name(), 2, 1, 1);
      assertCounted(wrong, Topics.REROUTED.name(), 81, 81, 0);
      assertThat(wrong.count("vfr.prices.accepted")).isEqualTo(80);
      assertThat(wrong.count("vfr.predictions")).isEqualTo(80);
    }
  }

  private static List<String> features(Pipeline pipeline) {
    List<String> features = new ArrayList<>();
    for (FeatureValues values : pipeline.features()) {
      features.add(new String(Topics.FEATURES.codec().write(values), StandardCharsets.UTF_8));
    }
    return features;
  }

  private static void assertCounted(
      Pipeline pipeline, String topic, int in, int accepted, int rerouted) {
    assertThat(pipeline.count("vfr.records.in", "topic", topic)).as(topic).isEqualTo(in);
    assertThat(pipeline.count("vfr.records.accepted", "topic", topic))
        .as(topic)
        .isEqualTo(accepted);
    assertThat(pipeline.count("vfr.records.rerouted", "topic", topic))
        .as(topic)
        .isEqualTo(rerouted);
  }

  @Test
  void alert_isRaisedOncePerTopic_andSaysWhatToDo() {
    try (Pipeline pipeline = pipeline("alert", PARTITIONS)) {
      send(pipeline);
      assertThat(pipeline.alerts())
          .filteredOn(alert -> alert.type() == AlertType.MISPARTITIONED_INPUT)
          .hasSize(3)
          .allSatisfy(alert -> {
            assertThat(alert.state()).isEqualTo(AlertState.RAISED);
            assertThat(alert.message())
                .contains(ELSEWHERE, "partition 0", "partitioner=murmur2_random");
          })
          .extracting(alert -> alert.id().split(":", -1)[1])
          .containsExactlyInAnyOrder("vfr.prices", "vfr.sentiment", "vfr.fundamentals");
    }
  }

  @Test
  void badRecordsOnTheWrongPartition_areDeadLetteredThere() {
    try (Pipeline pipeline = pipeline("bad", PARTITIONS)) {
      pipeline.raw(Topics.PRICES, ELSEWHERE.getBytes(StandardCharsets.UTF_8), new byte[] {'x'});
      input(pipeline, Topics.PRICES.name()).pipeInput(null, new byte[] {'x'});
      assertThat(pipeline.deadLetters()).hasSize(2);
      assertCounted(pipeline, Topics.PRICES.name(), 2, 0, 0);
    }
  }

  @Test
  void lateRecordThatWasSentOn_isDeadLetteredUntouchedUnderItsFirstPlace() {
    try (Pipeline pipeline = pipeline("late", PARTITIONS)) {
      send(pipeline);
      byte[] value =
          Topics.PRICES.codec().write(new PriceBar(ELSEWHERE, START, 1, 1, 1, 1, 1, null));
      RecordHeaders headers = new RecordHeaders();
      headers.add("trace", new byte[] {7});
      headers.add(DeadLetterHeaders.SOURCE_TOPIC, "mine".getBytes(StandardCharsets.UTF_8));
      input(pipeline, Topics.PRICES.name())
          .pipeInput(new TestRecord<>(utf8(ELSEWHERE), value, headers, Pipeline.NOW));
      List<TestRecord<byte[], byte[]>> letters = pipeline.deadLetters();
      assertThat(letters).hasSize(1);
      TestRecord<byte[], byte[]> letter = letters.getFirst();
      assertThat(letter.key()).isEqualTo(utf8(ELSEWHERE));
      assertThat(letter.value()).isEqualTo(value);
      assertThat(letter.headers().toArray())
          .extracting(header -> header.key())
          .containsExactly(
              "trace",
              DeadLetterHeaders.SOURCE_TOPIC,
              DeadLetterHeaders.ERROR_CODE,
              DeadLetterHeaders.ERROR_MESSAGE,
              DeadLetterHeaders.ERROR_STAGE,
              DeadLetterHeaders.SOURCE_TOPIC,
              DeadLetterHeaders.SOURCE_PARTITION,
              DeadLetterHeaders.SOURCE_OFFSET);
      assertThat(text(letter, DeadLetterHeaders.SOURCE_TOPIC)).isEqualTo(Topics.PRICES.name());
      assertThat(text(letter, DeadLetterHeaders.SOURCE_OFFSET)).isEqualTo("80");
      assertThat(text(letter, DeadLetterHeaders.ERROR_CODE)).isEqualTo("LATE");
      assertThat(pipeline.count("vfr.records.dead.lettered", "topic", Topics.REROUTED.name()))
          .isEqualTo(1);
    }
  }

  @Test
  void recordOfVfrRerouted_fromElsewhere_isNotTaken() {
    try (Pipeline pipeline = pipeline("foreign", PARTITIONS)) {
      TestInputTopic<byte[], byte[]> rerouted = input(pipeline, Topics.REROUTED.name());
      byte[] value =
          Topics.PRICES.codec().write(new PriceBar(ELSEWHERE, START, 1, 1, 1, 1, 1, null));
      rerouted.pipeInput(utf8(ELSEWHERE), value);
      Origin other = new Origin(Topics.PRICES.name(), 1, 2, 3, "another-application");
      rerouted.pipeInput(
          new TestRecord<>(
              utf8(ELSEWHERE), value, other.addedTo(new RecordHeaders()), Pipeline.NOW));
      Origin unknown = new Origin("vfr.predictions", 1, 2, 3, "vfr-test");
      rerouted.pipeInput(
          new TestRecord<>(
              utf8(ELSEWHERE), value, unknown.addedTo(new RecordHeaders()), Pipeline.NOW));
      assertThat(pipeline.predictions()).isEmpty();
      Set<String> codes = new HashSet<>();
      List<TestRecord<byte[], byte[]>> letters = pipeline.deadLetters();
      letters.forEach(letter -> codes.add(text(letter, DeadLetterHeaders.ERROR_CODE)));
      assertThat(letters).hasSize(2);
      assertThat(codes).containsExactly("UNKNOWN_SOURCE");
      assertThat(pipeline.count("vfr.rerouted.foreign")).isEqualTo(1);
      assertCounted(pipeline, Topics.REROUTED.name(), 2, 0, 0);
    }
  }

  private static TestInputTopic<byte[], byte[]> input(Pipeline pipeline, String topic) {
    return pipeline
        .driver()
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(TestRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
