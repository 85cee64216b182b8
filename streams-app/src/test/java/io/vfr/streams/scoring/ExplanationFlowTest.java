package io.vfr.streams.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vfr.models.load.LoadedModel;
import io.vfr.models.load.ModelLoader;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.models.trees.Attribution;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AttributionMethod;
import io.vfr.schemas.Driver;
import io.vfr.schemas.DriversMethod;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.OutputSchemas;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.AlertsConfig;
import io.vfr.streams.config.AppConfig;
import io.vfr.streams.emit.LatestPrediction;
import io.vfr.streams.reference.Walk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exact drivers: in predictions that raise an alert, on request, and what they add up to. */
class ExplanationFlowTest {
  private static final Path REGISTRY = Path.of("..", "models", "registry");
  private static final List<String> SHIPPED =
      List.of(
          "ensemble-meta-v4/4.0.0",
          "mean-reversion-xgb-v2/2.1.0",
          "momentum-lstm-v3/3.1.0",
          "volatility-transformer-v1/1.1.0");
  private static final Map<String, AttributionMethod> EXACTLY =
      Map.of(
          "ensemble-meta-v4", AttributionMethod.SHAP,
          "mean-reversion-xgb-v2", AttributionMethod.SHAP,
          "momentum-lstm-v3", AttributionMethod.OCCLUSION);

  private final ExplanationCounters counters = new ExplanationCounters(new SimpleMeterRegistry());

  @TempDir private Path directory;

  private static LoadedModel load(String model) throws Exception {
    return new ModelLoader(FeatureSchema.current()).load(REGISTRY.resolve(model));
  }

  private static ModelSet shipped() throws Exception {
    List<LoadedModel> models = new ArrayList<>();
    for (String model : SHIPPED) {
      models.add(load(model));
    }
    return ModelSet.ofChampions(models);
  }

  /** Signals are strong from little confidence on, so that they come and go. */
  private AppConfig config(String state) {
    return TestConfigs.with(
        TestConfigs.daily(directory.resolve(state)),
        new AlertsConfig(0.05, 1.2, 0.95, 0.04, 0.25, TestConfigs.VITALS));
  }

  @Test
  void predictionThatRaisesAnAlert_hasExactDrivers_andNoOther() throws Exception {
    try (ModelSet models = shipped();
        Pipeline pipeline = new Pipeline(config("state"), models)) {
      Walk.bars("AAA", 200, 1).forEach(pipeline::price);
      List<Prediction> all = pipeline.predictions();
      List<String> raised =
          pipeline.alerts().stream()
              .filter(alert -> alert.state() == AlertState.RAISED && alert.symbol() != null)
              .map(Alert::predictionId)
              .distinct()
              .toList();

      List<Prediction> exact =
          all.stream().filter(p -> p.driversMethod() == DriversMethod.SHAP).toList();
      assertThat(exact).hasSizeGreaterThan(10).hasSizeLessThan(all.size() / 2);
      assertThat(exact.stream().map(Prediction::id)).containsExactlyElementsOf(raised);
      assertThat(exact)
          .allSatisfy(p -> {
            assertThat(p.driversBy()).isEqualTo(expectedMethods(p));
            assertThat(p.drivers()).hasSize(Prediction.DRIVERS_MAX);
            byte[] json = Topics.PREDICTIONS.codec().write(p);
            assertThat(OutputSchemas.errors(Topics.PREDICTIONS.name(), json)).isEmpty();
          });
      assertThat(all)
          .filteredOn(p -> p.driversMethod() == DriversMethod.PATH)
          .allSatisfy(p -> assertThat(p.driversBy()).isEmpty());
      assertThat(pipeline.meters().get("vfr.explanation").tag("use", "alert").timer().count())
          .isEqualTo(exact.size());
      assertThat(pipeline.count("vfr.explanation.models", "use", "alert"))
          .isEqualTo(exact.stream().mapToInt(p -> p.driversBy().size()).sum());
      assertThat(exact).anySatisfy(p -> assertThat(p.driversBy()).isEqualTo(EXACTLY));
    }
  }

  /** Of the models with a weight; the volatility model moves no return. */
  private static Map<String, AttributionMethod> expectedMethods(Prediction prediction) {
    Map<String, AttributionMethod> expected = new HashMap<>(EXACTLY);
    expected
        .keySet()
        .removeIf(
            id -> prediction.models().stream().noneMatch(m -> m.id().equals(id) && m.weight() > 0));
    return expected;
  }

  @Test
  void sameInput_givesTheSameDriversToTheBit_andSoDoesARequest() throws Exception {
    List<List<Driver>> first = new ArrayList<>();
    List<List<Driver>> second = new ArrayList<>();
    for (List<List<Driver>> run : List.of(first, second)) {
      try (ModelSet models = shipped();
          Pipeline pipeline = new Pipeline(config("run" + second.size() + first.size()), models)) {
        for (var bar : Walk.bars("AAA", 120, 2)) {
          pipeline.price(bar);
          Prediction emitted = pipeline.predictions().getFirst();
          run.add(emitted.drivers());
          if (emitted.driversMethod() == DriversMethod.SHAP) {
            assertThat(requested(pipeline, models).drivers()).isEqualTo(emitted.drivers());
          }
        }
      }
    }
    assertThat(first).hasSize(120).isEqualTo(second);
  }

  private static LatestPrediction latest(Pipeline pipeline) {
    return requireNonNull(pipeline.latest().of("AAA"));
  }

  private Explanation requested(Pipeline pipeline, ModelSet models) {
    LatestPrediction latest = latest(pipeline);
    Explainer explainer = new Explainer(models, pipeline.slots(), ExplanationUse.REQUEST, counters);
    assertThat(explainer.made(latest.prediction().id())).isTrue();
    return requireNonNull(explainer.explain(latest.vector(), latest.prediction().models()));
  }

  @Test
  void tree_driversAreItsShapleyValuesInTheForecastsUnit_whichAddUpToItsMargin() throws Exception {
    try (LoadedModel model = load("mean-reversion-xgb-v2/2.1.0");
        ModelSet models = ModelSet.ofChampions(List.of(model.share()));
        Pipeline pipeline = new Pipeline(config("state"), models)) {
      Walk.bars("AAA", 90, 3).forEach(pipeline::price);
      Explanation explanation = requested(pipeline, models);
      LatestPrediction latest = latest(pipeline);
      Prediction p = latest.prediction();
      FeatureSlots slots = pipeline.slots();
      List<String> names = model.manifest().features();
      double[] row =
          names.stream().mapToDouble(name -> latest.vector().value(slots.slot(name))).toArray();
      double[] contributions = new double[row.length];
      Attribution shap = model.newExactAttribution();
      shap.contributions(row, contributions);

      double sum = IntStream.range(0, row.length).mapToDouble(i -> contributions[i]).sum();
      assertThat(shap.bias() + sum).isCloseTo(p.models().getFirst().output(0), within(1e-6));
      double sigma = latest.vector().value(slots.slot("volatility_20d"));
      assertThat(p.models().getFirst().weight()).isEqualTo(1);
      List<Driver> expected =
          IntStream.range(0, row.length)
              .mapToObj(i -> new Driver(names.get(i), row[i], sigma * contributions[i]))
              .sorted(Comparator.comparing(driver -> -Math.abs(driver.contribution())))
              .limit(Prediction.DRIVERS_MAX)
              .toList();
      assertThat(explanation.drivers()).isEqualTo(expected);
    }
  }

  /** One input with weight, so that the five largest are all there are. */
  @Test
  void linear_driversAddUpToTheExpectedReturn() throws Exception {
    LinearModels linear = new LinearModels(directory.resolve("models"));
    try (ModelSet models =
            ModelSet.ofChampions(
                List.of(
                    linear.returns("a", "1.0.0", "momentum_1d", 9),
                    linear.returns("b", "1.0.0", "momentum_5d", 4),
                    linear.meta("c", "a", 0.5)));
        Pipeline pipeline = new Pipeline(config("state"), models)) {
      Walk.bars("AAA", 60, 4).forEach(pipeline::price);
      Explanation explanation = requested(pipeline, models);
      Prediction p = latest(pipeline).prediction();
      assertThat(explanation.drivers().stream().map(Driver::feature))
          .containsExactlyInAnyOrder("momentum_1d", "momentum_5d", "model.a");
      assertThat(explanation.drivers().stream().mapToDouble(Driver::contribution).sum())
          .isCloseTo(p.expectedReturn(), within(1e-15));
      assertThat(explanation.by().keySet()).containsExactly("a", "b", "c");
    }
  }

  /** A sequence's drivers are named once, with the value of the last bar. */
  @Test
  void neural_isOccluded_overAllBarsOfItsSequence() throws Exception {
    try (LoadedModel model = load("momentum-lstm-v3/3.1.0");
        ModelSet models = ModelSet.ofChampions(List.of(model.share()));
        Pipeline pipeline = new Pipeline(config("state"), models)) {
      Walk.bars("AAA", 90, 5).forEach(pipeline::price);
      Explanation explanation = requested(pipeline, models);
      LatestPrediction latest = latest(pipeline);
      assertThat(explanation.by())
          .containsExactly(Map.entry("momentum-lstm-v3", AttributionMethod.OCCLUSION));
      Map<String, Double> inline = new HashMap<>();
      Prediction before = pipeline.predictions().getLast();
      before.drivers().forEach(driver -> inline.put(driver.feature(), driver.contribution()));
      if (before.driversMethod() == DriversMethod.PATH) {
        assertThat(inline).containsOnlyKeys("model.momentum-lstm-v3");
      }
      List<String> features = model.manifest().features();
      double[] contributions = new double[features.size()];
      model.newAttribution().contributions(row(model, pipeline, latest), contributions);
      double sigma = latest.vector().value(pipeline.slots().slot("volatility_20d"));
      assertThat(explanation.drivers())
          .hasSize(Prediction.DRIVERS_MAX)
          .allSatisfy(driver -> {
            assertThat(driver.value())
                .isEqualTo(latest.vector().value(pipeline.slots().slot(driver.feature())));
            // A standardized return.
            assertThat(driver.contribution())
                .isEqualTo(sigma * contributions[features.indexOf(driver.feature())])
                .isNotZero();
          });
    }
  }

  private static double[] row(LoadedModel model, Pipeline pipeline, LatestPrediction latest) {
    double[] row = new double[model.inputs()];
    new RowInputs(model.manifest(), pipeline.slots(), (name, at) -> Double.NaN)
        .gather(latest.vector(), 0, row, 0);
    return row;
  }

  @Test
  void modelsThatWereFreed_areWholeAndNothingIsThrown() throws Exception {
    try (ModelSet models = shipped()) {
      LatestPrediction latest;
      FeatureSlots slots;
      Explainer before;
      try (Pipeline pipeline = new Pipeline(config("state"), models)) {
        Walk.bars("AAA", 90, 6).forEach(pipeline::price);
        latest = latest(pipeline);
        slots = pipeline.slots();
        before = new Explainer(models, slots, ExplanationUse.ALERT, counters);
        assertThat(before.explain(latest.vector(), latest.prediction().models())).isNotNull();
      }
      models.close();

      assertThat(before.explain(latest.vector(), latest.prediction().models())).isNull();
      Explainer after = new Explainer(models, slots, ExplanationUse.ALERT, counters);
      assertThat(after.explain(latest.vector(), latest.prediction().models())).isNull();
    }
  }

  @Test
  void treesThatTakeTooLong_stayByPathInAlerts_andAreExactOnRequest() throws Exception {
    Path costly = TestClassifier.writeCostly(directory);
    LoadedModel model = new ModelLoader(FeatureSchema.current()).load(costly);
    long steps = model.newExactAttribution().stepsPerCall();
    assertThat(steps)
        .isBetween(ExplanationUse.ALERT.stepsMax() + 1, ExplanationUse.REQUEST.stepsMax());
    try (ModelSet models = ModelSet.ofChampions(List.of(model));
        Pipeline pipeline = new Pipeline(config("state"), models)) {
      Walk.bars("AAA", 60, 7).forEach(pipeline::price);
      assertThat(pipeline.alerts()).isNotEmpty();
      assertThat(pipeline.predictions())
          .allSatisfy(p -> assertThat(p.driversMethod()).isEqualTo(DriversMethod.PATH));
      assertThat(requested(pipeline, models).by())
          .containsExactly(Map.entry(TestClassifier.ID, AttributionMethod.SHAP));
    }
  }
}
