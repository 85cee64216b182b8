package io.vfr.chaos.swaps;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.Ledger;
import io.vfr.chaos.oracle.Version;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.schemas.SourceRef;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionLogTest {
  private static final String OLD = "1".repeat(64);
  private static final String NEW = "2".repeat(64);

  private final Ledger ledger = new Ledger(1);
  private final Map<String, Version> good = new HashMap<>();
  private final PredictionLog log = new PredictionLog(ledger, good);

  PredictionLogTest() {
    good.put(OLD, new Version("a", "1.0.0", OLD, Path.of("a")));
    good.put(NEW, new Version("a", "1.1.0", NEW, Path.of("a")));
  }

  private static ModelScore score(String version, String digest) {
    return new ModelScore(
        "a", version, digest, new double[] {0.1}, Signal.NEUTRAL, 0, 0.5, 1, ModelStatus.OK, null);
  }

  private static Prediction prediction(long offset, String set, ModelScore... models) {
    return new Prediction(
        "vfr.prices-0-" + offset + "-" + set,
        "S",
        1_800_000_000_000L,
        1_800_000_000_000L,
        1_800_000_000_000L,
        "1d",
        0,
        Direction.NEUTRAL,
        Probability.UNKNOWN,
        0,
        null,
        null,
        new Consensus(Signal.NEUTRAL, 50, 0, false, new Breakdown(0, 0, 0)),
        List.of(models),
        List.of(),
        DriversMethod.PATH,
        Map.of(),
        new FeatureSummary("schema", 1, List.of()),
        List.of(DegradedReason.MODEL_FAILED),
        new SourceRef("vfr.prices", 0, offset),
        7);
  }

  private static String set(String version, String digest) {
    return ModelNames.set(Map.of("a", version + ":" + digest));
  }

  @Test
  void add_setsInTurn_areKeptAsRunsOfEach() {
    log.phase("test");
    log.add(0, prediction(0, set("1.0.0", OLD), score("1.0.0", OLD)));
    log.add(0, prediction(1, set("1.0.0", OLD), score("1.0.0", OLD)));
    // The version before stays on as a shadow, behind the champion.
    log.add(0, prediction(2, set("1.1.0", NEW), score("1.1.0", NEW), score("1.0.0", OLD)));

    assertThat(log.setsByPartition())
        .containsExactly(List.of(set("1.0.0", OLD), set("1.1.0", NEW)));
    assertThat(log.seenAfter(set("1.0.0", OLD), 1)).isTrue();
    assertThat(log.seenAfter(set("1.0.0", OLD), 2)).isFalse();
    assertThat(log.wrongNames()).isZero();
    assertThat(log.unknownModels()).isEmpty();
    assertThat(log.degraded()).isEqualTo(3);
    assertThat(log.latencyMillis("test", 50)).isEqualTo(7);
    assertThat(ledger.answers()).isEqualTo(3);
  }

  @Test
  void add_modelsOfAnotherSetThanTheIdNames_areWrong() {
    log.add(0, prediction(0, set("1.0.0", OLD), score("1.1.0", NEW)));
    assertThat(log.wrongNames()).isEqualTo(1);
    log.add(0, prediction(1, set("1.0.0", OLD), score("1.0.0", OLD)));
    log.add(0, prediction(2, set("1.0.0", OLD), score("1.1.0", NEW)));
    assertThat(log.wrongNames()).isEqualTo(2);
  }

  @Test
  void add_modelThatIsNoGoodVersion_isTold() {
    log.add(0, prediction(0, set("9.0.0", OLD), score("9.0.0", OLD)));
    assertThat(log.unknownModels()).containsExactly("a@9.0.0");
  }
}
