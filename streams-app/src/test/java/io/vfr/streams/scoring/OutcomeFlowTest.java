package io.vfr.streams.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.registry.ModelRole;
import io.vfr.models.registry.ModelSet;
import io.vfr.models.registry.ModelSet.Member;
import io.vfr.schemas.ModelOutcome;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.streams.Pipeline;
import io.vfr.streams.TestConfigs;
import io.vfr.streams.config.ProcessingConfig;
import io.vfr.streams.config.ProcessingConfig.Mode;
import io.vfr.streams.reference.Walk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every prediction meets its return once, and what that says of the models reaches the standings.
 */
class OutcomeFlowTest {
  @TempDir private Path directory;

  private Pipeline pipeline() {
    LinearModels models = new LinearModels(directory.resolve("models"));
    return new Pipeline(
        TestConfigs.daily(directory.resolve("state")),
        ModelSet.of(
            List.of(
                new Member(models.returns("a", "1.0.0", "momentum_1d", 1), ModelRole.CHAMPION),
                new Member(models.volatility("v", 1.1), ModelRole.CHAMPION),
                new Member(models.returns("a", "2.0.0", "momentum_1d", -1), ModelRole.SHADOW))));
  }

  @Test
  void dailyBars_eachPredictionMeetsTheNextBarsClose_whenTheBarAfterBegins() {
    try (Pipeline pipeline = pipeline()) {
      List<PriceBar> bars = Walk.bars("AAA", 60, 1);
      for (int i = 0; i < bars.size(); i++) {
        pipeline.price(bars.get(i));
        Prediction now = pipeline.predictions().getFirst();
        List<Outcome> outcomes = pipeline.outcomes();
        assertThat(outcomes).hasSize(i < 2 ? 0 : 1);
        if (i < 2) {
          continue;
        }
        Outcome outcome = outcomes.getFirst();
        assertThat(outcome.predictionId()).isNotEqualTo(now.id());
        double realized = bars.get(i - 1).close() / bars.get(i - 2).close() - 1;
        assertThat(outcome.realized()).isEqualTo(realized, within(1e-12));
        assertThat(outcome.error()).isEqualTo(outcome.predicted() - outcome.realized());
        assertThat(outcome.ts()).isEqualTo(bars.get(i).ts());
        assertThat(outcome.horizon()).isEqualTo("1d");
      }
    }
  }

  /** There they leave together. */
  @Test
  void atLeastOnce_outcomesAreThoseOfExactlyOnce_inTheirOrder() {
    List<PriceBar> bars = new ArrayList<>();
    List<PriceBar> others = Walk.bars("BBB", 100, 2);
    for (PriceBar bar : Walk.bars("AAA", 100, 1)) {
      bars.add(bar);
      bars.add(others.get(bars.size() / 2));
    }
    List<List<Outcome>> outcomes = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      LinearModels models = new LinearModels(directory.resolve(mode + "-models"));
      try (Pipeline pipeline =
          new Pipeline(
              TestConfigs.with(
                  TestConfigs.daily(directory.resolve(mode.name())),
                  new ProcessingConfig(mode, Duration.ofMillis(100))),
              ModelSet.ofChampions(List.of(models.returns("a", "1.0.0", "momentum_1d", 1))))) {
        bars.forEach(pipeline::price);
        outcomes.add(pipeline.outcomes());
      }
    }
    assertThat(outcomes.getFirst()).hasSize(2 * 98);
    assertThat(outcomes.getLast()).isEqualTo(outcomes.getFirst());
  }

  @Test
  void outcome_saysWhatThePredictionSaid_andWhoWasRight() {
    try (Pipeline pipeline = pipeline()) {
      Walk.bars("AAA", 200, 2).forEach(pipeline::price);
      Map<String, Prediction> made =
          pipeline.predictions().stream()
              .collect(Collectors.toMap(Prediction::id, Function.identity()));
      List<Outcome> outcomes = pipeline.outcomes();
      assertThat(outcomes).hasSize(198);
      assertThat(outcomes.stream().map(Outcome::predictionId).distinct()).hasSize(198);
      int inside = 0;
      int complete = 0;
      for (Outcome outcome : outcomes) {
        Prediction prediction = requireNonNull(made.get(outcome.predictionId()));
        assertThat(outcome.predicted()).isEqualTo(prediction.expectedReturn());
        if (prediction.interval() == null) {
          assertThat(outcome.insideInterval()).isNull();
          assertThat(outcome.models()).isEmpty();
          continue;
        }
        boolean isInside =
            outcome.realized() >= prediction.interval().lower()
                && outcome.realized() <= prediction.interval().upper();
        assertThat(outcome.insideInterval()).isEqualTo(isInside);
        inside += isInside ? 1 : 0;
        for (ModelOutcome model : outcome.models()) {
          if (model.id().equals("a")) {
            assertThat(model.hit()).isEqualTo(model.output()[0] * outcome.realized() > 0);
          }
        }
        assertThat(outcome.models())
            .extracting(m -> m.id() + "@" + m.version())
            .containsExactlyElementsOf(
                prediction.models().stream()
                    .filter(m -> m.outputLength() > 0)
                    .map(m -> m.id() + "@" + m.version())
                    .toList());
        if (outcome.models().size() == 3) {
          complete++;
        }
      }
      assertThat(complete).isGreaterThan(170);
      assertThat(inside / 197.0).isBetween(0.8, 0.97);
    }
  }

  @Test
  void ticks_eachOfThemMeetsTheNextBarsClose_moreThanFitOnTheHeap() {
    try (Pipeline pipeline = pipeline()) {
      List<Double> prices = new ArrayList<>();
      for (int day = 0; day < 3; day++) {
        for (int tick = 0; tick < 100; tick++) {
          double price = 100 + day + tick * 0.01;
          prices.add(price);
          pipeline.price(
              new PriceTick("AAA", Walk.START + day * Walk.DAY + tick * 60_000L, price, 1));
        }
      }
      List<Prediction> predictions = pipeline.predictions();
      List<Outcome> outcomes = pipeline.outcomes();
      assertThat(outcomes).hasSize(100);
      double close = prices.get(199);
      for (int i = 0; i < 100; i++) {
        assertThat(outcomes.get(i).predictionId()).isEqualTo(predictions.get(i).id());
        assertThat(outcomes.get(i).realized()).isEqualTo(close / prices.get(i) - 1, within(1e-12));
      }
    }
  }

  @Test
  void lateBar_whoseNextBarIsOver_meetsItAtOnce_andAnotherWaits() {
    try (Pipeline pipeline = pipeline()) {
      List<PriceBar> bars = Walk.bars("AAA", 30, 3);
      PriceBar late = bars.remove(27);
      bars.forEach(pipeline::price);
      pipeline.predictions();
      pipeline.outcomes();

      pipeline.price(late);
      Prediction prediction = pipeline.predictions().getFirst();
      assertThat(pipeline.outcomes())
          .singleElement()
          .satisfies(outcome -> {
            assertThat(outcome.predictionId()).isEqualTo(prediction.id());
            assertThat(outcome.realized())
                .isEqualTo(bars.get(27).close() / late.close() - 1, within(1e-12));
          });
    }
  }

  @Test
  void standings_countEveryOutcomeOfEveryModel_olderOnesLess() throws Exception {
    try (Pipeline pipeline = pipeline()) {
      for (String symbol : List.of("AAA", "BBB", "CCC")) {
        Walk.bars(symbol, 100, symbol.hashCode()).forEach(pipeline::price);
      }
      Map<String, double[]> expected = new HashMap<>();
      long newest =
          pipeline.outcomes().stream()
              .peek(outcome -> {
                for (ModelOutcome model : outcome.models()) {
                  double[] sums =
                      expected.computeIfAbsent(
                          model.id() + "@" + model.version(), k -> new double[2]);
                  // Decayed to the last bar that realised an outcome, the last but one of 100.
                  double age = (Walk.START + 99 * Walk.DAY - outcome.ts()) / (double) Walk.DAY;
                  double weight = Math.pow(0.5, age / ModelStanding.HALF_LIFE_BARS);
                  sums[0] += weight;
                  sums[1] += model.hit() ? weight : 0;
                }
              })
              .mapToLong(Outcome::ts)
              .max()
              .orElseThrow();
      assertThat(newest).isEqualTo(Walk.START + 99 * Walk.DAY);
      Map<String, byte[]> told = pipeline.toldStandings();
      assertThat(told.keySet()).isEqualTo(expected.keySet());
      for (Map.Entry<String, byte[]> entry : told.entrySet()) {
        ModelStanding standing = ModelStandingJson.read(entry.getValue());
        double[] sums = requireNonNull(expected.get(entry.getKey()));
        assertThat(standing.outcomes()).as(entry.getKey()).isEqualTo(sums[0], within(1e-6));
        assertThat(standing.hits()).as(entry.getKey()).isEqualTo(sums[1], within(1e-6));
      }
      assertThat(pipeline.toldStandings()).isEmpty();
    }
  }
}
