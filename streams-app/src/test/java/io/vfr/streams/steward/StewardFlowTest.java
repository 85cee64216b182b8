package io.vfr.streams.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelSet;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.ModelRegistration;
import io.vfr.schemas.ModelStage;
import io.vfr.schemas.Severity;
import io.vfr.schemas.Topics;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.scoring.ModelScores;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Duel;
import io.vfr.streams.scoring.ModelScores.RowScores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the steward makes of what tasks and the registry tell, in the real topology. */
class StewardFlowTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long START = 1_600_000_000_000L / DAY * DAY;
  private static final long PROMOTED_AT = 1_700_000_000_000L;

  @TempDir private Path directory;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = new Pipeline(TestConfigs.daily(directory), ModelSet.ofChampions(List.of()));
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private void registered(String version, ModelStage stage, @Nullable String predecessor) {
    pipeline.registration(
        new ModelRegistration(
            "a",
            version,
            stage,
            Sha256.hex(version.getBytes(StandardCharsets.UTF_8)),
            10,
            1,
            PROMOTED_AT,
            PROMOTED_AT,
            "somebody",
            0L,
            predecessor,
            "a reason"));
  }

  private void promoted() {
    registered("1.0.0", ModelStage.CHAMPION, null);
    registered("2.0.0", ModelStage.CHAMPION, "1.0.0");
    registered("1.0.0", ModelStage.SHADOW, null);
  }

  private void scores(ModelScores scores) {
    pipeline.raw(Topics.MODEL_SCORES, "0".getBytes(StandardCharsets.UTF_8), scores.bytes());
  }

  private void duels(int days, double difference) {
    for (int day = 0; day < days; day++) {
      scores(
          new ModelScores(
              0,
              List.of(
                  new BarScores(
                      START + day * DAY,
                      20,
                      0,
                      0,
                      List.of(),
                      List.of(new Duel("a@2.0.0", "a@1.0.0", 20, 0, 20 * difference)))),
              List.of(),
              List.of()));
    }
  }

  private void failures() {
    scores(
        new ModelScores(
            0,
            List.of(),
            List.of(new RowScores("a@2.0.0", 0, 50, 0, 0), new RowScores("a@1.0.0", 50, 0, 0, 100)),
            List.of()));
  }

  private void coverage(int fromDay, int days, int inside) {
    for (int day = fromDay; day < fromDay + days; day++) {
      scores(
          new ModelScores(
              0,
              List.of(new BarScores(START + day * DAY, 100, 100, inside, List.of(), List.of())),
              List.of(),
              List.of()));
    }
  }

  private List<RollbackRequest> asked() {
    List<RollbackRequest> asked = new ArrayList<>(pipeline.rollbacks());
    asked.addAll(pipeline.rollbacks());
    return asked;
  }

  @Test
  void aPromotedModelThatFails_isAskedBack_onceTheReasonHasStoodForACheck() {
    promoted();
    failures();
    assertThat(pipeline.rollbacks()).as("may rest on what is not committed").isEmpty();
    assertThat(pipeline.rollbacks())
        .containsExactly(
            new RollbackRequest(
                "a", "2.0.0", PROMOTED_AT, "it failed in 50 of 50 rows, 1.0.0 in 0 of 50"));
  }

  @Test
  void aPromotedModelThatDoesWorse_isAskedBack() {
    promoted();
    duels(60, 0.6);
    assertThat(asked())
        .singleElement()
        .satisfies(request -> assertThat(request.reason()).startsWith("it does worse than 1.0.0"));
  }

  @Test
  void aPromotedModelThatDoesBetter_stays() {
    promoted();
    duels(250, -0.6);
    assertThat(asked()).isEmpty();
  }

  @Test
  void aModelThatReplacedNone_orWhosePredecessorIsRetired_isNotAskedBack() {
    registered("2.0.0", ModelStage.CHAMPION, null);
    failures();
    assertThat(asked()).isEmpty();
    promoted();
    registered("1.0.0", ModelStage.RETIRED, null);
    failures();
    assertThat(asked()).isEmpty();
  }

  @Test
  void aRollback_isToldOnce_withWhoAndWhy_andEndsTheProbation() {
    promoted();
    failures();
    assertThat(asked()).hasSize(1);
    registered("1.0.0", ModelStage.CHAMPION, null);
    registered("2.0.0", ModelStage.RETIRED, "1.0.0");
    assertThat(pipeline.alerts())
        .singleElement()
        .satisfies(alert -> {
          assertThat(alert.type()).isEqualTo(AlertType.MODEL_ROLLED_BACK);
          assertThat(alert.severity()).isEqualTo(Severity.CRITICAL);
          assertThat(alert.message())
              .isEqualTo("model a@2.0.0 was rolled back to a@1.0.0 by somebody: a reason");
        });
    assertThat(asked()).isEmpty();
  }

  @Test
  void retiringAShadow_isNoRollback() {
    promoted();
    registered("1.0.0", ModelStage.CHAMPION, "2.0.0");
    registered("2.0.0", ModelStage.SHADOW, "1.0.0");
    registered("2.0.0", ModelStage.RETIRED, "1.0.0");
    assertThat(pipeline.alerts()).isEmpty();
  }

  @Test
  void junkInTheRegistry_isPassedOver() {
    promoted();
    byte[] key = "a@2.0.0".getBytes(StandardCharsets.UTF_8);
    pipeline.raw(Topics.MODELS, key, "junk".getBytes(StandardCharsets.UTF_8));
    pipeline.raw(Topics.MODELS, "b@1.0.0".getBytes(StandardCharsets.UTF_8), new byte[0]);
    failures();
    assertThat(asked()).hasSize(1);
  }

  @Test
  void coverage_thatLeavesItsTolerance_raisesOnce_andClearsOnce() {
    coverage(0, 60, 90);
    assertThat(alerts()).isEmpty();
    assertThat(pipeline.meters().get("vfr.interval.coverage").gauge().value())
        .isCloseTo(0.9, within(1e-9));
    coverage(60, 60, 80);
    assertThat(alerts())
        .singleElement()
        .satisfies(alert -> {
          assertThat(alert.type()).isEqualTo(AlertType.CALIBRATION_DRIFT);
          assertThat(alert.state()).isEqualTo(AlertState.RAISED);
          assertThat(alert.message())
              .matches("8\\d\\.\\d % of the returns .* fell into their 90 % intervals");
          assertThat(alert.value()).isBetween(0.04, 0.1);
          assertThat(alert.threshold()).isEqualTo(0.04);
        });
    coverage(120, 5, 80);
    assertThat(alerts()).as("it is told").isEmpty();
    coverage(125, 120, 90);
    assertThat(alerts())
        .singleElement()
        .satisfies(alert -> assertThat(alert.state()).isEqualTo(AlertState.CLEARED));
  }

  @Test
  void coverage_ofFewBars_isNotJudged() {
    coverage(0, 19, 0);
    assertThat(alerts()).isEmpty();
  }

  private List<Alert> alerts() {
    pipeline.rollbacks();
    return pipeline.alerts();
  }
}
