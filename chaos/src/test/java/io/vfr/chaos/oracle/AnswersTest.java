package io.vfr.chaos.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Direction;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.schemas.SourceRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long T = 20_000 * DAY;

  private final List<PriceRecord> asked =
      IntStream.range(0, 4)
          .mapToObj(i -> new PriceRecord(0, i, i, new PriceTick("S", ts(i), 10, 1), 0))
          .toList();
  private final Answers answers = new Answers(asked, asked, DAY, 0);

  /** Two ticks a day. */
  private static long ts(int i) {
    return T + i * DAY / 2;
  }

  private static Prediction prediction(int offset, String id, double output, long producedAt) {
    return new Prediction(
        id,
        "S",
        ts(offset),
        producedAt,
        producedAt,
        "1d",
        0,
        Direction.NEUTRAL,
        Probability.UNKNOWN,
        0,
        null,
        null,
        new Consensus(Signal.NEUTRAL, 50, 0, false, new Breakdown(0, 0, 0)),
        List.of(
            new ModelScore(
                "a",
                "1.0.0",
                "1".repeat(64),
                new double[] {output},
                Signal.NEUTRAL,
                0,
                0.5,
                producedAt % 100,
                ModelStatus.OK,
                null)),
        List.of(),
        DriversMethod.PATH,
        Map.of(),
        new FeatureSummary("schema", 1, List.of()),
        List.of(),
        new SourceRef("vfr.prices", 0, offset),
        producedAt % 100);
  }

  private static FeatureValues vector(int offset, double value) {
    return new FeatureValues(
        "S", ts(offset), "schema", List.of("x", "y"), new double[] {value, Double.NaN});
  }

  @Test
  void add_oneAnswerEach_findsNothing() {
    for (int i = 0; i < 4; i++) {
      answers.add(prediction(i, "id" + i, i, T));
      answers.add(vector(i, i));
    }

    assertThat(answers.count()).isEqualTo(4);
    assertThat(answers.missing()).isZero();
    assertThat(answers.duplicated()).isZero();
    assertThat(answers.duplicatedVectors()).isZero();
    assertThat(answers.unasked()).isZero();
    assertThat(answers.unequal()).isEmpty();
    assertThat(answers.misplaced()).isEmpty();
    assertThat(answers.prediction(asked.get(2))).isNotNull();
    assertThat(answers.vector(asked.get(2))).isEqualTo(vector(2, 2));
    assertThat(answers.closedBefore(asked.get(2))).containsExactly(vector(1, 1));
  }

  @Test
  void missing_recordWithoutAnswer_isCounted() {
    answers.add(prediction(0, "id0", 0, T));
    answers.add(prediction(0, "id0", 0, T));
    answers.add(prediction(3, "id3", 0, T));

    assertThat(answers.missing()).isEqualTo(2);
  }

  @Test
  void duplicated_equalCopies_areCountedAndNotUnequal() {
    answers.add(prediction(0, "id0", 1, T));
    answers.add(prediction(0, "id0", 1, T + 77));
    answers.add(vector(0, 1));
    answers.add(vector(0, 1));

    assertThat(answers.duplicated()).isOne();
    assertThat(answers.duplicatedVectors()).isOne();
    assertThat(answers.unequal()).isEmpty();
  }

  @Test
  void unequal_anotherIdOrOutputOrVector_isFound() {
    answers.add(prediction(0, "id0", 1, T));
    answers.add(prediction(0, "id0'", 1, T));
    assertThat(answers.unequal()).hasSize(1);

    answers.add(prediction(1, "id1", 1, T));
    answers.add(prediction(1, "id1", Math.nextUp(1.0), T));
    assertThat(answers.unequal()).hasSize(2);

    answers.add(vector(0, 1));
    answers.add(vector(0, Math.nextUp(1.0)));
    assertThat(answers.unequal()).hasSize(3);
  }

  @Test
  void unaskedAndMisplaced_areFound() {
    answers.add(prediction(9, "id9", 0, T));
    assertThat(answers.unasked()).isOne();

    Prediction other = prediction(1, "id1", 0, T);
    Answers shifted =
        new Answers(
            List.of(new PriceRecord(0, 1, 0, new PriceTick("S", ts(0), 10, 1), 0)),
            List.of(),
            DAY,
            0);
    shifted.add(other);
    assertThat(shifted.misplaced()).hasSize(1);
  }
}
