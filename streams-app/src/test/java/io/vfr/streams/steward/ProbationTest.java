package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Duel;
import io.vfr.streams.scoring.ModelScores.RowScores;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbationTest {
  private static final long DAY = 86_400_000;
  private static final long TIMEOUT_MICROS = 50_000;
  private static final double LEVEL = 0.01;

  private final Probation probation = fresh();

  private static Probation fresh() {
    return new Probation(Probation.State.start("a", "2.0.0", "1.0.0", 77), DAY);
  }

  private @Nullable String objection() {
    return probation.objection(LEVEL, TIMEOUT_MICROS);
  }

  private static RowScores rows(String version, long scored, long failed, long micros) {
    return new RowScores("a@" + version, scored, failed, 0, micros);
  }

  private static BarScores bar(long day, long outcomes, double difference) {
    return new BarScores(
        day * DAY,
        outcomes,
        0,
        0,
        List.of(),
        List.of(new Duel("a@2.0.0", "a@1.0.0", outcomes, 0, outcomes * difference)));
  }

  @Test
  void objection_failures_needAtLeastTenAndOnePercentAndTwiceThePredecessors() {
    probation.add(rows("1.0.0", 1000, 0, 0));
    probation.add(rows("2.0.0", 500, 9, 0));
    assertThat(objection()).isNull();
    probation.add(rows("2.0.0", 500, 1, 0));
    assertThat(objection()).as("10 of 1,010 are below one percent").isNull();
    probation.add(rows("2.0.0", 0, 1, 0));
    assertThat(objection()).isEqualTo("it failed in 11 of 1011 rows, 1.0.0 in 0 of 1000");
    probation.add(rows("1.0.0", 0, 8, 0));
    assertThat(objection()).as("the predecessor fails on such rows, too").isNull();
  }

  @Test
  void objection_slowness_needsMoreThanTheTimeoutAllowsAndTwiceThePredecessors() {
    probation.add(rows("1.0.0", 1000, 0, 900_000));
    probation.add(rows("2.0.0", 999, 0, 3_000_000));
    assertThat(objection()).as("too few rows").isNull();
    probation.add(rows("2.0.0", 1, 0, 3000));
    assertThat(objection())
        .isEqualTo(
            "it takes 3003 microseconds for a row, 1.0.0 takes 900; models.timeout allows 1563");
    probation.add(rows("1.0.0", 1000, 0, 2_500_000));
    assertThat(objection()).as("the machine is slow, not the model").isNull();
  }

  @Test
  void objection_worseOutcomes_namesTheEvidence() {
    for (int day = 0; day < 60 && objection() == null; day++) {
      probation.add(0, bar(day, 10, 0.5));
    }
    assertThat(objection())
        .startsWith("it does worse than 1.0.0 in the same ")
        .contains("mean difference of the losses 0.5000");
    assertThat(probation.evidence()).isGreaterThanOrEqualTo(1 / LEVEL);
    assertThat(probation.request("so").promotedAt()).isEqualTo(77);
  }

  /**
   * Ville's inequality: of models that are no worse, at most one in a hundred is ever objected to.
   */
  @Test
  void objection_equalModels_isAsRareAsStated() {
    Random random = new Random(20261125);
    int objected = 0;
    for (int i = 0; i < 1000; i++) {
      Probation equal = fresh();
      boolean ever = false;
      for (int day = 0; day < 250; day++) {
        equal.add(0, bar(day, 50, Math.clamp(0.3 * random.nextGaussian(), -1, 1)));
        ever |= equal.objection(LEVEL, TIMEOUT_MICROS) != null;
      }
      objected += ever ? 1 : 0;
    }
    assertThat(objected).as("of 1,000 at a level of 1 %%").isLessThanOrEqualTo(18);
  }

  @Test
  void add_otherModelsAndPairs_areNotItsOwn() {
    assertThat(probation.add(rows("3.0.0", 1, 1, 1))).isFalse();
    assertThat(
            probation.add(
                0,
                new BarScores(
                    DAY, 1, 0, 0, List.of(), List.of(new Duel("a@2.0.0", "a@0.9.0", 1, 0, 1)))))
        .isFalse();
  }

  @Test
  void state_writtenAndRead_judgesAsBefore() {
    Probation read = fresh();
    for (int day = 0; day < 40; day++) {
      probation.add(day % 2, bar(day, 3, 0.9));
      read.add(day % 2, bar(day, 3, 0.9));
      read =
          new Probation(
              StewardJson.read(StewardJson.write(read.state()), Probation.State.class), DAY);
    }
    assertThat(objection()).isNotNull();
    assertThat(read.objection(LEVEL, TIMEOUT_MICROS)).isEqualTo(objection());
    assertThat(read.evidence()).isEqualTo(probation.evidence());
  }
}
