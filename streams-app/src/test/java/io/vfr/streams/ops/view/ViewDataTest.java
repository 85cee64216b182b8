package io.vfr.streams.ops.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.ModelOutcome;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.reference.Walk;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the view keeps is bounded, and the newest. */
class ViewDataTest {
  private static final long TS = 1_767_225_600_000L;

  @TempDir private Path directory;

  private final ViewData data = new ViewData();
  private List<Prediction> predictions = List.of();

  @BeforeEach
  void predict() {
    try (Pipeline pipeline =
        new Pipeline(TestConfigs.daily(directory), ModelSet.ofChampions(List.of()))) {
      Walk.bars("A", 100, 1).forEach(pipeline::price);
      predictions = pipeline.predictions();
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, byte[] value) {
    return new ConsumerRecord<>(topic, 0, 0, "A".getBytes(UTF_8), value);
  }

  private void add(Prediction prediction) {
    byte[] message = Topics.PREDICTIONS.codec().write(prediction);
    assertThat(data.prediction(record(Topics.PREDICTIONS.name(), message))).isEqualTo("A");
  }

  @Test
  void predictions_theLastSixtyAndTheNewestMessageAreKept() {
    predictions.forEach(this::add);
    List<PredictionPoint> points = data.points("A");
    assertThat(points).hasSize(SymbolHistory.POINTS_MAX);
    assertThat(points.getLast().ts()).isEqualTo(predictions.getLast().ts());
    byte[] newest = Topics.PREDICTIONS.codec().write(predictions.getLast());
    assertThat(data.latest("A")).isEqualTo(newest);
    assertThat(data.latest()).containsOnlyKeys("A");
    // A late event has made an older bar anew.
    add(predictions.getFirst());
    assertThat(data.latest("A")).isEqualTo(newest);
    assertThat(data.latest("B")).isNull();
  }

  @Test
  void outcomes_areCountedByModelAndInterval() {
    for (int i = 0; i < 200; i++) {
      Outcome outcome =
          new Outcome(
              "id" + i,
              "A",
              TS + i,
              "1d",
              0.01,
              0.02,
              -0.01,
              i % 4 == 0 ? null : i % 4 != 1,
              List.of(new ModelOutcome("m", "1.0.0", new double[] {1}, i % 2 == 0)));
      byte[] message = Topics.OUTCOMES.codec().write(outcome);
      assertThat(data.outcome(record(Topics.OUTCOMES.name(), message))).isEqualTo("A");
    }
    assertThat(data.outcomes("A")).hasSize(SymbolHistory.OUTCOMES_MAX);
    assertThat(data.coverage()).isEqualTo(new Realised(150, 100));
    assertThat(data.realised()).containsEntry("m@1.0.0", new Realised(200, 100));
  }

  @Test
  void foreignRecords_areLeftOut() {
    for (String text : List.of("", "not json", "{}", "[1]")) {
      byte[] value = text.getBytes(UTF_8);
      assertThat(data.prediction(record(Topics.PREDICTIONS.name(), value))).isNull();
      assertThat(data.outcome(record(Topics.OUTCOMES.name(), value))).isNull();
      assertThat(data.alert(record(Topics.ALERTS.name(), value))).isFalse();
      assertThat(data.deadLetter(record(Topics.DEAD_LETTERS.name(), value))).isNull();
    }
    assertThat(data.latest()).isEmpty();
    assertThat(data.alerts()).isEmpty();
    assertThat(data.letters()).isEmpty();
  }

  @Test
  void manySymbols_thoseSeenLongestAgoLeave() {
    Outcome first = outcome("FIRST");
    data.outcome(record(Topics.OUTCOMES.name(), Topics.OUTCOMES.codec().write(first)));
    for (int i = 0; i < ViewData.SYMBOLS_MAX; i++) {
      data.outcome(record(Topics.OUTCOMES.name(), Topics.OUTCOMES.codec().write(outcome("S" + i))));
    }
    assertThat(data.outcomes("FIRST")).isEmpty();
    assertThat(data.outcomes("S0")).hasSize(1);
  }

  private static Outcome outcome(String symbol) {
    return new Outcome("id", symbol, TS, "1d", 0.01, 0.02, -0.01, true, List.of());
  }

  @Test
  void weights_whileNoModelIsWeighed_areNone() {
    predictions.forEach(this::add);
    assertThat(data.weights()).isEmpty();
  }
}
