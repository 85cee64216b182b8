package io.vfr.streams.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.registry.ModelSet.Member;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Driver;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PredictionInterval;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Signal;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.reference.Walk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Champions, shadows and fallbacks, volatility and meta models, and the ladder of failures. */
class RolesTest {
  /** Overflows to an infinity in every row in which the input is there. */
  private static final double BREAKS = 1e308;

  /** Of about 100 points, so that 1e308 times it is no number. */
  private static final String LARGE_INPUT = "stoch_14_k";

  @TempDir private Path directory;
  private LinearModels models;

  @BeforeEach
  void prepare() {
    models = new LinearModels(directory.resolve("models"));
  }

  private List<Prediction> predictions(List<PriceBar> bars, Member... members) {
    try (Pipeline pipeline =
        new Pipeline(
            TestConfigs.daily(directory.resolve("state")), ModelSet.of(List.of(members)))) {
      bars.forEach(pipeline::price);
      return pipeline.predictions();
    }
  }

  private static Member champion(io.vfr.models.load.LoadedModel model) {
    return new Member(model, ModelRole.CHAMPION);
  }

  private static ModelScore score(Prediction prediction, String key) {
    return prediction.models().stream()
        .filter(m -> (m.id() + "@" + m.version()).equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + " is not in " + prediction.models()));
  }

  @Test
  void volatilityModel_setsTheScale_weighs_andVotesNeutral() {
    Prediction p =
        predictions(
                Walk.bars("AAA", 40, 1),
                champion(models.returns("a", "1.0.0", "momentum_1d", 100)),
                champion(models.volatility("v", 1.5)))
            .getLast();

    ModelScore volatility = score(p, "v@1.0.0");
    assertThat(p.volatility()).isEqualTo(volatility.output(0));
    assertThat(volatility.signal()).isEqualTo(Signal.NEUTRAL);
    assertThat(volatility.weight()).isBetween(0.05, 0.6);
    assertThat(p.consensus().signal()).isEqualTo(score(p, "a@1.0.0").signal());
    assertThat(p.consensus().breakdown().neutral()).isPositive();
    assertThat(p.degradedReasons()).isEmpty();
    PredictionInterval interval = requireNonNull(p.interval());
    double half = (interval.upper() - interval.lower()) / 2;
    assertThat((interval.upper() + interval.lower()) / 2)
        .isEqualTo(p.expectedReturn(), within(1e-12));
    assertThat(half / requireNonNull(p.volatility())).isBetween(0.3, 3.5);
  }

  @Test
  void metaModel_readsTheOutputsOfChampions_andTheirAbsenceSkipsIt() {
    List<Prediction> all =
        predictions(
            Walk.bars("AAA", 40, 2),
            champion(models.returns("base", "1.0.0", "momentum_5d", 10)),
            champion(models.meta("a-meta", "base", -0.5)));

    Prediction warm = all.getLast();
    double base = score(warm, "base@1.0.0").output(0);
    assertThat(score(warm, "a-meta@1.0.0").output(0)).isEqualTo(-0.5 * base);
    assertThat(warm.drivers()).extracting(Driver::feature).contains("model.base", "momentum_5d");
    Prediction cold = all.getFirst();
    assertThat(score(cold, "a-meta@1.0.0").status()).isEqualTo(ModelStatus.SKIPPED);
    assertThat(cold.degradedReasons()).containsExactly(DegradedReason.WARMING_UP);
  }

  @Test
  void shadow_isScoredAndReported_andMovesNothing() {
    List<PriceBar> bars = Walk.bars("AAA", 40, 3);
    Prediction alone =
        predictions(bars, champion(models.returns("a", "1.0.0", "momentum_1d", 1))).getLast();
    Prediction beside =
        predictions(
                bars,
                champion(models.returns("a", "1.0.0", "momentum_1d", 1)),
                new Member(models.returns("a", "2.0.0", "momentum_1d", -5), ModelRole.SHADOW),
                new Member(models.returns("b", "1.0.0", LARGE_INPUT, BREAKS), ModelRole.SHADOW))
            .getLast();

    ModelScore shadow = score(beside, "a@2.0.0");
    assertThat(shadow.status()).isEqualTo(ModelStatus.SHADOW);
    assertThat(shadow.weight()).isZero();
    assertThat(shadow.output(0)).isEqualTo(-5 * score(beside, "a@1.0.0").output(0));
    assertThat(score(beside, "b@1.0.0").status()).isEqualTo(ModelStatus.FAILED);
    assertThat(beside.degradedReasons()).isEmpty();
    assertThat(beside.id()).isEqualTo(alone.id());
    assertThat(beside.expectedReturn()).isEqualTo(alone.expectedReturn());
    assertThat(beside.interval()).isEqualTo(alone.interval());
  }

  @Test
  void failedChampion_itsFallbackStandsIn_onlyForTheRowsThatFailed() {
    List<Prediction> all =
        predictions(
            Walk.bars("AAA", 40, 4),
            champion(models.returns("main", "1.0.0", LARGE_INPUT, BREAKS, "spare")),
            champion(models.returns("other", "1.0.0", "momentum_1d", 1)),
            new Member(models.returns("spare", "1.0.0", "momentum_1d", 2), ModelRole.FALLBACK));

    Prediction failed = all.getLast();
    assertThat(score(failed, "main@1.0.0").status()).isEqualTo(ModelStatus.FAILED);
    ModelScore spare = score(failed, "spare@1.0.0");
    assertThat(spare.status()).isEqualTo(ModelStatus.OK);
    assertThat(spare.fallbackFor()).isEqualTo("main");
    assertThat(spare.weight()).isBetween(0.4, 0.6);
    assertThat(failed.degradedReasons()).containsExactly(DegradedReason.MODEL_FALLBACK);
    Prediction skipped = all.get(1);
    assertThat(skipped.models()).extracting(ModelScore::id).containsExactly("main", "other");
  }

  @Test
  void failedChampion_whoseFallbackIsAChampion_isCarriedByIt() {
    Prediction p =
        predictions(
                Walk.bars("AAA", 40, 5),
                champion(models.returns("main", "1.0.0", LARGE_INPUT, BREAKS, "other")),
                champion(models.returns("other", "1.0.0", "momentum_1d", 1)))
            .getLast();

    assertThat(score(p, "other@1.0.0").fallbackFor()).isEqualTo("main");
    assertThat(score(p, "other@1.0.0").weight()).isEqualTo(1);
    assertThat(p.degradedReasons()).containsExactly(DegradedReason.MODEL_FALLBACK);
  }

  @Test
  void everyModelFails_theLastGoodPredictionIsRepeatedAndMarked() {
    List<PriceBar> bars = Walk.bars("AAA", 30, 6);
    PriceBar last = bars.getLast();
    bars.set(
        bars.size() - 1,
        new PriceBar(
            last.symbol(),
            last.ts(),
            last.open(),
            last.high(),
            last.low(),
            last.close(),
            1e12,
            null));
    List<Prediction> all =
        predictions(bars, champion(models.returns("a", "1.0.0", "relative_volume", 1e307)));

    Prediction good = all.get(all.size() - 2);
    Prediction repeated = all.getLast();
    assertThat(good.degradedReasons()).isEmpty();
    assertThat(repeated.degradedReasons())
        .containsExactly(DegradedReason.MODEL_FAILED, DegradedReason.LAST_GOOD_PREDICTION);
    assertThat(repeated.degraded()).isTrue();
    assertThat(repeated.expectedReturn()).isEqualTo(good.expectedReturn());
    assertThat(repeated.probability()).isEqualTo(good.probability());
    assertThat(repeated.interval()).isEqualTo(good.interval());
    assertThat(repeated.consensus()).isEqualTo(good.consensus());
    assertThat(repeated.id()).isNotEqualTo(good.id());
  }

  @Test
  void standings_moveTheWeights() {
    Member[] members = {
      champion(models.returns("a", "1.0.0", "momentum_1d", 1)),
      champion(models.returns("b", "1.0.0", "momentum_1d", 1))
    };
    try (Pipeline pipeline =
        new Pipeline(
            TestConfigs.daily(directory.resolve("state")), ModelSet.of(List.of(members)))) {
      List<PriceBar> bars = Walk.bars("AAA", 41, 7);
      bars.subList(0, 40).forEach(pipeline::price);
      Prediction before = pipeline.predictions().getLast();
      assertThat(score(before, "a@1.0.0").weight()).isEqualTo(0.5);

      pipeline.standings(
          new Standings(
              Map.of(
                  "a@1.0.0", new ModelStanding(1800, 1200, 0, 0),
                  "b@1.0.0", new ModelStanding(1800, 600, 0, 0))));
      pipeline.price(bars.get(40));
      Prediction after = pipeline.predictions().getLast();
      // Accuracies (100 + 1200) / 2000 and (100 + 600) / 2000; the other parts are equal.
      double c = score(after, "a@1.0.0").confidence();
      double a = 0.5 * 0.65 + 0.3 + 0.2 * c;
      double b = 0.5 * 0.35 + 0.3 + 0.2 * c;
      assertThat(score(after, "a@1.0.0").weight()).isEqualTo(a / (a + b), within(1e-12));
    }
  }
}
