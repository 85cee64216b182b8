package io.vfr.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.load.Sha256;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.DegradedReason;
import io.vfr.schemas.Direction;
import io.vfr.schemas.Driver;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.Probability;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.ScoringConfig;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.ingest.PollProgress;
import io.vfr.streams.reference.Walk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scoring stage with the shipped models, and with one that breaks. */
class ScoringFlowTest {
  private static final Path REGISTRY = Path.of("..", "models", "registry");

  @TempDir private Path directory;
  private boolean shedding;

  @Test
  void beforeTheModelsHaveWhatTheyNeed_thePredictionSaysSo() throws Exception {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory), shipped())) {
      pipeline.price(bars(1, 1).getFirst());

      Prediction prediction = pipeline.predictions().getFirst();
      assertThat(prediction.degraded()).isTrue();
      assertThat(prediction.degradedReasons()).containsExactly(DegradedReason.WARMING_UP);
      assertThat(prediction.direction()).isEqualTo(Direction.NEUTRAL);
      assertThat(prediction.expectedReturn()).isZero();
      assertThat(prediction.probability()).isEqualTo(Probability.UNKNOWN);
      assertThat(prediction.confidence()).isZero();
      assertThat(prediction.interval()).isNull();
      assertThat(prediction.drivers()).isEmpty();
      assertThat(prediction.models())
          .extracting(ModelScore::status)
          .containsOnly(ModelStatus.SKIPPED);
    }
  }

  @Test
  void warm_bothModelsScore_andTheForecastHoldsTogether() throws Exception {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory), shipped())) {
      bars(260, 2).forEach(pipeline::price);

      Prediction p = pipeline.predictions().getLast();
      assertThat(p.degradedReasons()).isEmpty();
      assertThat(p.models()).extracting(ModelScore::status).containsOnly(ModelStatus.OK);
      assertThat(p.models()).extracting(ModelScore::id).hasSize(2).isSorted();
      assertThat(p.models().stream().mapToDouble(ModelScore::weight).sum())
          .isEqualTo(1, within(1e-12));
      assertThat(p.models()).allSatisfy(m -> assertThat(m.weight()).isBetween(0.05, 0.6));
      assertThat(p.probability().up() + p.probability().neutral() + p.probability().down())
          .isEqualTo(1);
      assertThat(p.interval()).isNotNull();
      assertThat(p.drivers()).hasSizeBetween(1, 5);
      assertThat(p.drivers().stream().map(Driver::contribution).map(Math::abs).toList())
          .isSortedAccordingTo((a, b) -> Double.compare(b, a));
      assertThat(p.volatility()).isPositive();
      assertThat(p.expiresAt()).isEqualTo(p.ts() + 2 * Walk.DAY);
    }
  }

  @Test
  void memoryIsShort_neuralModelsAreLeftOut_andDriversStayInexact() throws Exception {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory), treeAndNeural())) {
      List<PriceBar> bars = bars(300, 2);
      bars.subList(0, 260).forEach(pipeline::price);
      Prediction before = pipeline.predictions().getLast();
      assertThat(before.degradedReasons()).isEmpty();

      pipeline.pools().shed(true);
      bars.subList(260, 299).forEach(pipeline::price);
      assertThat(pipeline.predictions())
          .hasSize(39)
          .allSatisfy(p -> {
            assertThat(p.degradedReasons()).containsExactly(DegradedReason.LOAD_SHED);
            assertThat(p.driversMethod()).isEqualTo(DriversMethod.PATH);
            assertThat(p.interval()).isNotNull();
            assertThat(p.models())
                .extracting(ModelScore::id, ModelScore::status)
                .containsExactly(
                    tuple("mean-reversion-xgb-v2", ModelStatus.OK),
                    tuple("momentum-lstm-v3", ModelStatus.SKIPPED));
          });

      pipeline.pools().shed(false);
      pipeline.price(bars.getLast());
      assertThat(pipeline.predictions().getLast().degradedReasons()).isEmpty();
    }
  }

  @Test
  void moreRecordsAtHand_theCommitFlushesWhatWaits() throws Exception {
    try (Pipeline pipeline = new Pipeline(TestConfigs.daily(directory), shipped())) {
      // The task is never drained, no batch is full and no time passes: only commits flush.
      PollProgress.ofThread().task(0).polled(1000);
      List<PriceBar> bars = bars(10, 3);
      bars.forEach(pipeline::price);

      assertThat(pipeline.predictions().stream().map(Prediction::ts))
          .containsExactlyElementsOf(bars.stream().map(PriceBar::ts).toList());
    }
  }

  @Test
  void batchOfMany_scoresEachRowAsItWouldAlone() throws Exception {
    FeatureSlots slots = new FeatureSlots(FeatureSchema.current(), 8);
    ModelSet models = shipped();
    List<FeatureVector> vectors = randomVectors(slots, 96, new Random(5));
    try (Ensembles together = ensembles(slots, models);
        Ensembles alone = ensembles(slots, models)) {
      List<String> wanted = new ArrayList<>();
      for (FeatureVector vector : vectors) {
        wanted.addAll(decided(alone.score(List.of(vector))));
      }
      List<String> got = new ArrayList<>();
      for (int i = 0; i < vectors.size(); i += 32) {
        got.addAll(decided(together.score(vectors.subList(i, i + 32))));
      }
      assertThat(got).isEqualTo(wanted);
      assertThat(got.stream().filter(text -> text.contains("WARMING_UP"))).isNotEmpty();
    }
  }

  private Ensembles ensembles(FeatureSlots slots, ModelSet models) {
    return new Ensembles(
        new ScoringConfig(true, 32, Duration.ofMillis(50), 0.35, 0.9),
        Duration.ofDays(1),
        slots,
        () -> models,
        () -> Standings.NONE,
        () -> shedding,
        new ScoringCounters(new SimpleMeterRegistry()),
        new ExplanationCounters(new SimpleMeterRegistry()));
  }

  private static List<FeatureVector> randomVectors(FeatureSlots slots, int count, Random random) {
    List<FeatureVector> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = new double[slots.size()];
      for (int slot = 0; slot < values.length; slot++) {
        values[slot] = random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian();
      }
      values[slots.slot("volatility_20d")] = i % 7 == 0 ? Double.NaN : 0.02;
      vectors.add(
          new FeatureVector(
              "AAA",
              i,
              i + 1,
              values,
              List.of(),
              0,
              "vfr.prices",
              0,
              i,
              Double.NaN,
              Double.NaN,
              i,
              100,
              i - 1,
              100,
              Double.NaN,
              true,
              null));
    }
    return vectors;
  }

  private static List<String> decided(List<ScoredRow> rows) {
    return rows.stream()
        .map(ScoredRow::forecast)
        .map(f ->
            f.expectedReturn()
                + " "
                + f.probability()
                + f.interval()
                + f.drivers()
                + f.reasons()
                + f.models())
        .toList();
  }

  @Test
  void brokenModel_isLeftOutAndToldOnce_andOneGoodRowDoesNotClearIt() throws Exception {
    List<LoadedModel> models = new ArrayList<>(load());
    models.add(new ModelLoader(FeatureSchema.current()).load(breakingModel()));
    try (Pipeline pipeline =
        new Pipeline(TestConfigs.daily(directory), ModelSet.ofChampions(models))) {
      List<PriceBar> bars = bars(63, 4);
      bars.subList(0, 60).forEach(pipeline::price);
      pipeline.predictions();
      pipeline.alerts();

      // Forty times the usual volume drives the linear model's output beyond the largest double.
      pipeline.price(withVolume(bars.get(60), 1e9));
      pipeline.price(withVolume(bars.get(61), 1e10));
      List<Prediction> broken = pipeline.predictions();
      assertThat(broken).hasSize(2);
      assertThat(broken)
          .allSatisfy(p -> {
            assertThat(p.degradedReasons()).contains(DegradedReason.MODEL_FAILED);
            assertThat(status(p, "breaking")).isEqualTo(ModelStatus.FAILED);
            assertThat(p.expectedReturn()).isNotNaN();
            assertThat(p.models().stream().mapToDouble(ModelScore::weight).sum())
                .isEqualTo(1, within(1e-12));
          });
      pipeline.price(withVolume(bars.get(62), 1));
      assertThat(pipeline.predictions().getFirst().degradedReasons()).isEmpty();
      assertThat(
              pipeline.alerts().stream()
                  .filter(a -> a.type() == AlertType.MODEL_FAILED)
                  .map(Alert::state))
          .containsExactly(AlertState.RAISED);
    }
  }

  private static ModelStatus status(Prediction prediction, String id) {
    return prediction.models().stream()
        .filter(m -> m.id().equals(id))
        .findFirst()
        .orElseThrow()
        .status();
  }

  private static PriceBar withVolume(PriceBar bar, double volume) {
    return new PriceBar(
        bar.symbol(), bar.ts(), bar.open(), bar.high(), bar.low(), bar.close(), volume, null);
  }

  private Path breakingModel() throws Exception {
    Path model = Files.createDirectories(directory.resolve("breaking/1.0.0"));
    byte[] artifact =
        "{\"coefficients\":[[1e308]],\"intercepts\":[0.0]}".getBytes(StandardCharsets.UTF_8);
    Files.write(model.resolve("model.json"), artifact);
    Files.writeString(
        model.resolve("manifest.json"),
        """
        {"id":"breaking","version":"1.0.0","algorithm":"linear","kind":"return","task":"regression",
         "target":"standardized-return","horizon":"P1D",
         "artifact":{"file":"model.json","sha256":"%s"},
         "featureSchema":"%s","inputs":["relative_volume"],"required":["relative_volume"],
         "missing":{"policy":"nan"},
         "selfTest":[{"inputs":[0.0],"expected":[0.0],"tolerance":1e-9}],
         "metrics":{"hitRate":0.5},
         "calibration":{"neutralBand":0.25,"fallbackSigma":0.02,"residualQuantiles":[-3.0,0.0,3.0]}}
        """
            .formatted(Sha256.hex(artifact), FeatureSchema.current().hash()));
    return model;
  }

  /** The shipped tree model beside a classifier. */
  private ModelSet shipped() throws Exception {
    return ModelSet.ofChampions(load());
  }

  private static ModelSet treeAndNeural() throws Exception {
    ModelLoader loader = new ModelLoader(FeatureSchema.current());
    return ModelSet.ofChampions(
        List.of(
            loader.load(REGISTRY.resolve("mean-reversion-xgb-v2/2.1.0")),
            loader.load(REGISTRY.resolve("momentum-lstm-v3/3.1.0"))));
  }

  private List<LoadedModel> load() throws Exception {
    ModelLoader loader = new ModelLoader(FeatureSchema.current());
    return List.of(
        loader.load(REGISTRY.resolve("mean-reversion-xgb-v2/2.1.0")),
        loader.load(TestClassifier.write(directory)));
  }

  private static List<PriceBar> bars(int count, long seed) {
    return Walk.bars("AAA", count, seed);
  }
}
