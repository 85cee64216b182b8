package io.vfr.chaos.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.manifest.ManifestReader;
import io.vfr.schemas.Breakdown;
import io.vfr.schemas.Consensus;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.FeatureSummary;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PredictionInterval;
import io.vfr.schemas.Probability;
import io.vfr.schemas.Signal;
import io.vfr.schemas.SourceRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnsembleCheckTest {
  private static final String TREES = "1".repeat(64);
  private static final String NET = "2".repeat(64);
  private static final String VOLATILITY = "3".repeat(64);
  private static final FeatureValues VECTOR =
      new FeatureValues(
          "S", 1_700_000_000_000L, "schema", List.of("volatility_20d"), new double[] {0.02});
  private static final Probability UP = new Probability(0.5, 0.25, 0.25);
  private static final Consensus BULLISH =
      new Consensus(Signal.BULLISH, 87.5, 0.75, false, new Breakdown(1, 0, 2));

  /** 0.02 · (0.6 · 0.5 + 0.2 · −0.1): two standardized returns, and a volatility that says none. */
  private static final double EXPECTED = 0.02 * (0.6 * 0.5 + 0.2 * -0.1);

  private static final ModelScore SKIPPED =
      new ModelScore("m1", "1.0.0", TREES, new double[0], null, 0, 0, 0, ModelStatus.SKIPPED, null);

  private EnsembleCheck check;

  @BeforeEach
  void models() throws Exception {
    check =
        new EnsembleCheck(
            Map.of(
                TREES, ManifestReader.read(manifest("mean-reversion-xgb-v2/2.1.0")),
                NET, ManifestReader.read(manifest("momentum-lstm-v3/3.1.0")),
                VOLATILITY, ManifestReader.read(manifest("volatility-transformer-v1/1.1.0"))));
  }

  private static byte[] manifest(String directory) throws IOException {
    return Files.readAllBytes(Path.of("../models/registry", directory, "manifest.json"));
  }

  private static ModelScore score(String digest, double output, Signal signal, double weight) {
    return new ModelScore(
        "m" + digest.charAt(0),
        "1.0.0",
        digest,
        new double[] {output},
        signal,
        weight,
        0.1,
        10,
        ModelStatus.OK,
        null);
  }

  private static List<ModelScore> models(double first, double second) {
    return List.of(
        score(TREES, 0.5, Signal.BULLISH, first),
        score(NET, -0.1, Signal.NEUTRAL, second),
        score(VOLATILITY, 0.03, Signal.NEUTRAL, 0.2));
  }

  private static PredictionInterval around(double center) {
    return new PredictionInterval(center - 0.03, center + 0.03, 0.9);
  }

  private List<String> findings(
      double expected,
      Direction direction,
      double confidence,
      @Nullable PredictionInterval interval,
      Consensus consensus,
      List<ModelScore> models,
      List<DegradedReason> reasons) {
    Probability probability =
        interval == null ? new Probability(1 / 3.0, 1 - 2 / 3.0, 1 / 3.0) : UP;
    return check.check(
        new Prediction(
            "p",
            "S",
            VECTOR.ts(),
            VECTOR.ts(),
            VECTOR.ts(),
            "1d",
            expected,
            direction,
            probability,
            confidence,
            interval,
            null,
            consensus,
            models,
            List.of(),
            DriversMethod.PATH,
            Map.of(),
            new FeatureSummary("schema", 1, List.of()),
            reasons,
            new SourceRef("vfr.prices", 0, 0),
            1),
        VECTOR);
  }

  private List<String> findings(double expected, Consensus consensus, List<ModelScore> models) {
    return findings(expected, Direction.UP, 0.25, around(expected), consensus, models, List.of());
  }

  @Test
  void whatTheModelsGive_isRight() {
    assertThat(findings(EXPECTED, BULLISH, models(0.6, 0.2))).isEmpty();
  }

  @Test
  void otherReturnThanTheModelsGive_isTold() {
    assertThat(findings(EXPECTED * (1 + 1e-6), BULLISH, models(0.6, 0.2)))
        .singleElement()
        .asString()
        .startsWith("expectedReturn should be 0.0056");
  }

  @Test
  void otherDirectionConfidenceOrInterval_isTold() {
    List<ModelScore> models = models(0.6, 0.2);
    assertThat(
            findings(EXPECTED, Direction.DOWN, 0.25, around(EXPECTED), BULLISH, models, List.of()))
        .containsExactly("direction should be UP but is DOWN");
    assertThat(findings(EXPECTED, Direction.UP, 0.26, around(EXPECTED), BULLISH, models, List.of()))
        .hasSize(1);
    assertThat(
            findings(
                EXPECTED, Direction.UP, 0.25, around(EXPECTED + 1e-6), BULLISH, models, List.of()))
        .singleElement()
        .asString()
        .contains("is not around");
  }

  @Test
  void weightsOutOfBounds_areTold() {
    double expected = 0.02 * (0.65 * 0.5 + 0.15 * -0.1);
    Consensus consensus =
        new Consensus(
            Signal.BULLISH, 50 + 50 * 0.65 / 0.8, 0.65 / 0.8, false, new Breakdown(1, 0, 2));
    assertThat(findings(expected, consensus, models(0.65, 0.15)))
        .containsExactly("m1 has weight 0.65, not in 0.05..0.6");
  }

  @Test
  void otherConsensusThanTheVotes_isTold() {
    List<ModelScore> models = models(0.6, 0.2);
    Consensus otherVotes = new Consensus(Signal.BULLISH, 87.5, 0.75, false, new Breakdown(2, 0, 1));
    assertThat(findings(EXPECTED, otherVotes, models)).hasSize(1);
    // With the volatility model's weight, which has no side.
    Consensus otherShares = new Consensus(Signal.BULLISH, 80, 0.6, true, new Breakdown(1, 0, 2));
    assertThat(findings(EXPECTED, otherShares, models)).hasSize(1);
    Consensus otherSide = new Consensus(Signal.NEUTRAL, 87.5, 0.75, false, new Breakdown(1, 0, 2));
    assertThat(findings(EXPECTED, otherSide, models)).hasSize(1);
  }

  @Test
  void withoutModels_onlyNothingIsRight() {
    Consensus none = new Consensus(Signal.NEUTRAL, 50, 0, false, new Breakdown(0, 0, 0));
    List<ModelScore> skipped = List.of(SKIPPED);
    List<DegradedReason> warming = List.of(DegradedReason.WARMING_UP);
    assertThat(findings(0, Direction.NEUTRAL, 0, null, none, skipped, warming)).isEmpty();
    assertThat(findings(0.01, Direction.NEUTRAL, 0, null, none, skipped, warming))
        .containsExactly("a forecast without a model");
    assertThat(findings(0, Direction.NEUTRAL, 0, null, none, skipped, List.of()))
        .containsExactly("no model, and not degraded");
  }
}
