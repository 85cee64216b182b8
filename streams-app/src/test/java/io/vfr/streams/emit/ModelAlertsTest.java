package io.vfr.streams.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.Direction;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.schemas.SourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A failing model is told once, and its repair only when it has lasted. */
class ModelAlertsTest {
  private static final long TS = 1_700_000_000_000L;

  private final ModelAlerts rules = new ModelAlerts("here");
  private final List<Alert> alerts = new ArrayList<>();

  @Test
  void failingForOneSymbolOnly_isRaisedOnceAndNotCleared() {
    for (int i = 0; i < 5 * ModelAlerts.QUIET_ROWS; i++) {
      check("AAA", score("linear", ModelStatus.FAILED));
      check("BBB", score("linear", ModelStatus.OK));
    }
    assertThat(states()).containsExactly(AlertState.RAISED);
    assertThat(alerts.getFirst().type()).isEqualTo(AlertType.MODEL_FAILED);
    assertThat(alerts.getFirst().message()).isEqualTo("model linear@1 fails while scoring");
  }

  @Test
  void quietForLongEnough_isClearedOnce_andANewFailureRaisesAgain() {
    check("AAA", score("linear", ModelStatus.FAILED));
    succeed(ModelAlerts.QUIET_ROWS - 1);
    assertThat(states()).containsExactly(AlertState.RAISED);
    succeed(1);
    assertThat(states()).containsExactly(AlertState.RAISED, AlertState.CLEARED);
    succeed(2 * ModelAlerts.QUIET_ROWS);
    assertThat(alerts).hasSize(2);
    check("AAA", score("linear", ModelStatus.FAILED));
    assertThat(states()).containsExactly(AlertState.RAISED, AlertState.CLEARED, AlertState.RAISED);
  }

  @Test
  void failureWithinTheQuietRows_startsThemAgain() {
    check("AAA", score("linear", ModelStatus.FAILED));
    succeed(ModelAlerts.QUIET_ROWS - 1);
    check("AAA", score("linear", ModelStatus.FAILED));
    succeed(ModelAlerts.QUIET_ROWS - 1);
    assertThat(states()).containsExactly(AlertState.RAISED);
    succeed(1);
    assertThat(states()).containsExactly(AlertState.RAISED, AlertState.CLEARED);
  }

  @Test
  void skippedRows_andOtherModels_doNotCount() {
    check("AAA", score("linear", ModelStatus.FAILED), score("trees", ModelStatus.OK));
    for (int i = 0; i < 2 * ModelAlerts.QUIET_ROWS; i++) {
      check("AAA", score("linear", ModelStatus.SKIPPED), score("trees", ModelStatus.OK));
    }
    assertThat(states()).containsExactly(AlertState.RAISED);
  }

  @Test
  void shadowModel_scoredRowsCountToo() {
    check("AAA", score("linear", ModelStatus.FAILED));
    for (int i = 0; i < ModelAlerts.QUIET_ROWS; i++) {
      check("AAA", score("linear", ModelStatus.SHADOW));
    }
    assertThat(states()).containsExactly(AlertState.RAISED, AlertState.CLEARED);
  }

  @Test
  void manyThreads_raiseOnceAndClearOnce() throws Exception {
    int threads = 4;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      alerts.addAll(onAll(pool, threads, ModelStatus.FAILED, 100));
      assertThat(states()).containsExactly(AlertState.RAISED);
      alerts.addAll(onAll(pool, threads, ModelStatus.OK, ModelAlerts.QUIET_ROWS / threads - 1));
      assertThat(states()).containsExactly(AlertState.RAISED);
      alerts.addAll(onAll(pool, threads, ModelStatus.OK, ModelAlerts.QUIET_ROWS));
      assertThat(states()).containsExactly(AlertState.RAISED, AlertState.CLEARED);
    }
  }

  private List<Alert> onAll(ExecutorService pool, int threads, ModelStatus status, int rows)
      throws Exception {
    Callable<List<Alert>> task =
        () -> {
          List<Alert> out = new ArrayList<>();
          for (int i = 0; i < rows; i++) {
            rules.check(prediction("AAA", score("linear", status)), out);
          }
          return out;
        };
    List<Callable<List<Alert>>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      tasks.add(task);
    }
    List<Alert> all = new ArrayList<>();
    for (Future<List<Alert>> done : pool.invokeAll(tasks)) {
      all.addAll(done.get());
    }
    return all;
  }

  private List<AlertState> states() {
    return alerts.stream().map(Alert::state).toList();
  }

  private void succeed(int rows) {
    for (int i = 0; i < rows; i++) {
      check("AAA", score("linear", ModelStatus.OK));
    }
  }

  private void check(String symbol, ModelScore... models) {
    rules.check(prediction(symbol, models), alerts);
  }

  private static ModelScore score(String id, ModelStatus status) {
    boolean scored = status == ModelStatus.OK || status == ModelStatus.SHADOW;
    return new ModelScore(
        id,
        "1",
        "0".repeat(64),
        scored ? new double[] {0.5} : new double[0],
        scored ? Signal.BULLISH : null,
        status == ModelStatus.OK ? 1 : 0,
        0.5,
        1,
        status,
        null);
  }

  private static Prediction prediction(String symbol, ModelScore... models) {
    return new Prediction(
        "id-" + symbol,
        symbol,
        TS,
        TS,
        TS + 1,
        "1d",
        0,
        Direction.NEUTRAL,
        new Probability(0.25, 0.5, 0.25),
        0.1,
        null,
        null,
        new Consensus(Signal.NEUTRAL, 50, 1, false, new Breakdown(0, 0, 0)),
        List.of(models),
        List.of(),
        DriversMethod.PATH,
        Map.of(),
        new FeatureSummary("schema", 1, List.of()),
        List.of(),
        new SourceRef("vfr.prices", 0, 0),
        0);
  }
}
