package io.vfr.models.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.Direction;
import io.vfr.models.calibration.Forecast;
import io.vfr.models.calibration.Probabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnsembleTest {
  private static final double TOLERANCE = 1e-12;

  private static Forecast forecast(double expected, double up, double down) {
    return new Forecast(
        expected, Probabilities.of(up, down), expected - 0.02, expected + 0.03, 0.02);
  }

  private static ModelView view(String id, Forecast forecast, double accuracy, double confidence) {
    return new ModelView(id, forecast, accuracy, 3, confidence, true);
  }

  @Test
  void combine_twoModels_matchesTheFiguresByHand() {
    // Scores: 0.5·0.6 + 0.3·1 + 0.2·0.5 = 0.7 and 0.5·0.4 + 0.3·1 + 0.2·0 = 0.5: weights 7/12,
    // 5/12.
    EnsembleResult result =
        Ensemble.combine(
            List.of(
                view("a", forecast(0.012, 0.5, 0.25), 0.6, 0.5),
                view("b", forecast(-0.006, 0.25, 0.5), 0.4, 0)),
            0.8);
    assertThat(result.weights().get(0)).isEqualTo(7 / 12.0, within(TOLERANCE));
    assertThat(result.weights().get(1)).isEqualTo(5 / 12.0, within(TOLERANCE));
    // 7/12·0.012 − 5/12·0.006 = 0.0045
    assertThat(result.expectedReturn()).isEqualTo(0.0045, within(TOLERANCE));
    // 7/12·0.5 + 5/12·0.25 = 4.75/12; down 7/12·0.25 + 5/12·0.5 = 4.25/12; neutral 3/12.
    assertThat(result.probabilities().up()).isEqualTo(4.75 / 12, within(1e-9));
    assertThat(result.probabilities().down()).isEqualTo(4.25 / 12, within(1e-9));
    assertThat(result.probabilities().neutral()).isEqualTo(0.25, within(1e-9));
    assertThat(result.direction()).isEqualTo(Direction.UP);
    assertThat(result.confidence()).isEqualTo((4.75 / 12 - 1 / 3.0) * 1.5, within(1e-8));
    EnsembleResult.Interval interval = Objects.requireNonNull(result.interval());
    assertThat(interval.coverage()).isEqualTo(0.8);
    assertThat(interval.lower()).isEqualTo(0.0045 - 0.02, within(TOLERANCE));
    assertThat(interval.upper()).isEqualTo(0.0045 + 0.03, within(TOLERANCE));
    Consensus consensus = result.consensus();
    assertThat(consensus.signal()).isEqualTo(Signal.BULLISH);
    assertThat(consensus.breakdown().bullish()).isEqualTo(7 / 12.0, within(TOLERANCE));
    assertThat(consensus.breakdown().bearish()).isEqualTo(5 / 12.0, within(TOLERANCE));
    assertThat(consensus.score()).isEqualTo(50 + 50 * 2 / 12.0, within(1e-9));
    assertThat(consensus.confidence()).isEqualTo(7 / 12.0, within(TOLERANCE));
    assertThat(consensus.lowConsensus()).isTrue();
  }

  @Test
  void combine_allBearish_isFullConsensus() {
    Consensus consensus =
        Ensemble.combine(
                List.of(
                    view("a", forecast(-0.01, 0.1, 0.8), 0.5, 0.5),
                    view("b", forecast(-0.02, 0.2, 0.6), 0.5, 0.5)),
                0.8)
            .consensus();
    assertThat(consensus.signal()).isEqualTo(Signal.BEARISH);
    assertThat(consensus.score()).isEqualTo(0, within(1e-9));
    assertThat(consensus.confidence()).isEqualTo(1, within(TOLERANCE));
    assertThat(consensus.lowConsensus()).isFalse();
  }

  @Test
  void combine_failedModel_hasNoWeightAndNoVoice() {
    Forecast forecast = forecast(0.01, 0.5, 0.2);
    EnsembleResult alone =
        Ensemble.combine(List.of(ModelView.unusable("a"), view("b", forecast, 0.5, 0.1)), 0.8);
    assertThat(alone.weights()).containsExactly(0.0, 1.0);
    assertThat(alone.expectedReturn()).isEqualTo(0.01);
    assertThat(alone.probabilities()).isEqualTo(forecast.probabilities());
    assertThat(alone.hasForecast()).isTrue();
  }

  @Test
  void combine_noUsableModel_isTheNeutralAnswer() {
    for (List<ModelView> models : List.of(List.<ModelView>of(), List.of(ModelView.unusable("a")))) {
      EnsembleResult result = Ensemble.combine(models, 0.8);
      assertThat(result.direction()).isEqualTo(Direction.NEUTRAL);
      assertThat(result.expectedReturn()).isZero();
      assertThat(result.probabilities()).isEqualTo(Probabilities.UNKNOWN);
      assertThat(result.confidence()).isZero();
      assertThat(result.interval()).isNull();
      assertThat(result.hasForecast()).isFalse();
      assertThat(result.consensus().signal()).isEqualTo(Signal.NEUTRAL);
      assertThat(result.consensus().score()).isEqualTo(50);
      assertThat(result.weights()).allMatch(weight -> weight == 0);
    }
  }

  @Test
  void combine_oppositeEqualModels_isNeutral() {
    EnsembleResult result =
        Ensemble.combine(
            List.of(
                view("a", forecast(0.01, 0.75, 0), 0.5, 0.5),
                view("b", forecast(-0.01, 0, 0.75), 0.5, 0.5)),
            0.8);
    assertThat(result.direction()).isEqualTo(Direction.NEUTRAL);
    assertThat(result.consensus().signal()).isEqualTo(Signal.NEUTRAL);
    assertThat(result.consensus().score()).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "9.99,1", "10,0.8", "19.9,0.8", "20,0.6", "49,0.2", "50,0", "5000,0"})
  void latencyScore_movesInStepsOfAFifthOfTheBudget(double millis, double score) {
    assertThat(EnsembleWeights.latencyScore(millis)).isEqualTo(score, within(TOLERANCE));
  }

  @Test
  void bounded_oneTooLarge_isCutAndTheRestKeepsItsProportions() {
    // 8/11 is cut to 0.6; 0.4 is shared 2 : 1.
    double[] weights = EnsembleWeights.bounded(new double[] {8, 2, 1});
    assertThat(weights).containsExactly(new double[] {0.6, 0.8 / 3, 0.4 / 3}, within(TOLERANCE));
  }

  @Test
  void bounded_oneTooSmall_isRaisedAtTheOthersCost() {
    double[] weights = EnsembleWeights.bounded(new double[] {50, 49, 1});
    assertThat(weights)
        .containsExactly(new double[] {0.95 * 50 / 99, 0.95 * 49 / 99, 0.05}, within(TOLERANCE));
  }

  @Test
  void bounded_zeroScores_areShared() {
    assertThat(EnsembleWeights.bounded(new double[] {0, 0, Double.NaN}))
        .containsExactly(new double[] {0.5, 0.5, 0}, within(TOLERANCE));
    assertThat(EnsembleWeights.bounded(new double[] {1, 0}))
        .containsExactly(new double[] {0.6, 0.4}, within(TOLERANCE));
  }

  @Test
  void bounded_moreModelsThanTheMinimumAllows_areEqual() {
    double[] scores = new double[25];
    scores[3] = 1;
    double[] equal = new double[25];
    Arrays.fill(equal, 0.04);
    assertThat(EnsembleWeights.bounded(scores)).containsExactly(equal, within(TOLERANCE));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void bounded_anyScores_keepBoundsSumAndOrder(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      double[] scores = new double[2 + random.nextInt(15)];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = Math.pow(random.nextDouble(), 1 + random.nextInt(12));
      }
      double[] weights = EnsembleWeights.bounded(scores);
      double sum = 0;
      for (int k = 0; k < scores.length; k++) {
        sum += weights[k];
        assertThat(weights[k]).as("case %d", i).isBetween(0.05 - 1e-9, 0.6 + 1e-9);
        for (int j = 0; j < k; j++) {
          if (scores[j] >= scores[k]) {
            assertThat(weights[j]).as("case %d", i).isGreaterThanOrEqualTo(weights[k] - 1e-9);
          }
        }
      }
      assertThat(sum).as("case %d", i).isCloseTo(1, within(1e-9));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {5, 6})
  void combine_anyModels_probabilitiesSumToExactlyOne(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      List<ModelView> models = new ArrayList<>();
      for (int k = 0; k <= random.nextInt(8); k++) {
        double up = random.nextDouble();
        models.add(
            view(
                "m" + k,
                forecast(random.nextGaussian() / 100, up, (1 - up) * random.nextDouble()),
                random.nextDouble(),
                random.nextDouble()));
      }
      Probabilities p = Ensemble.combine(models, 0.8).probabilities();
      assertThat(p.up() + p.neutral() + p.down()).as("case %d", i).isEqualTo(1.0);
    }
  }

  @Test
  void modelView_figuresOutOfRange_areRefused() {
    assertThatThrownBy(() -> new ModelView("a", null, 1.1, 0, 0, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ModelView("a", null, 0, Double.NaN, 0, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void combine_modelThatTakesNoSide_weighsInTheForecastButNotInTheConsensus() {
    EnsembleResult result =
        Ensemble.combine(
            List.of(
                view("a", forecast(0.02, 0.6, 0.2), 0.5, 0),
                view("v", forecast(0, 0.2, 0.2), 0.5, 0).withoutSide()),
            0.8);

    assertThat(result.weights()).containsExactly(0.5, 0.5);
    assertThat(result.expectedReturn()).isEqualTo(0.01);
    assertThat(result.consensus().signal()).isEqualTo(Signal.BULLISH);
    assertThat(result.consensus().score()).isEqualTo(100);
    assertThat(result.consensus().confidence()).isEqualTo(1);
  }
}
