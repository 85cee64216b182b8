package io.vfr.models.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.Direction;
import io.vfr.models.TestModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.Algorithm;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
  private static final double TOLERANCE = 1e-8;

  /** Residual quantiles −3, −1, 0, 1, 3 at 0, ¼, ½, ¾, 1; fallback σ 0.015. */
  private static Calibration regression() {
    return Calibration.of(TestModels.linearDraft().manifest());
  }

  @Test
  void forecast_regression_followsTheResidualDistribution() {
    // μ = 0.5 σ = 0.01, θ = 0.3 σ. F(0.3 − 0.5) = F(−0.2) = 0.25 + 0.25·0.8 = 0.45;
    // F(−0.3 − 0.5) = F(−0.8) = 0.25 + 0.25·0.2 = 0.3.
    Forecast forecast = regression().forecast(new double[] {9, 0.5}, 1, 0.02, 0.3, 0.5);
    assertThat(forecast.expectedReturn()).isEqualTo(0.01, within(1e-15));
    assertThat(forecast.probabilities().up()).isEqualTo(0.55, within(TOLERANCE));
    assertThat(forecast.probabilities().down()).isEqualTo(0.3, within(TOLERANCE));
    assertThat(forecast.probabilities().neutral()).isEqualTo(0.15, within(TOLERANCE));
    assertThat(forecast.probabilities().direction()).isEqualTo(Direction.UP);
    // q(¼) = −1, q(¾) = 1.
    assertThat(forecast.lower()).isEqualTo(0.02 * -0.5, within(1e-15));
    assertThat(forecast.upper()).isEqualTo(0.02 * 1.5, within(1e-15));
    assertThat(forecast.sigma()).isEqualTo(0.02);
  }

  @Test
  void forecast_unknownOrZeroVolatility_usesTheFallback() {
    for (double unknown : new double[] {Double.NaN, 0, -1, Double.POSITIVE_INFINITY}) {
      assertThat(regression().forecast(new double[] {1}, 0, unknown, 0.3, 0.8).expectedReturn())
          .isEqualTo(0.015);
    }
  }

  @Test
  void forecast_fartherThanAnyResidual_isCertain() {
    Probabilities up = regression().forecast(new double[] {50}, 0, 0.01, 0.3, 0.8).probabilities();
    assertThat(up).isEqualTo(new Probabilities(1, 0, 0));
    Probabilities down =
        regression().forecast(new double[] {-50}, 0, 0.01, 0.3, 0.8).probabilities();
    assertThat(down).isEqualTo(new Probabilities(0, 0, 1));
  }

  @Test
  void forecast_multiclass_takesProbabilitiesAndClassMeans() {
    // Classes DOWN, NEUTRAL, UP with means −0.9, 0, 0.9.
    Calibration calibration =
        Calibration.of(new Draft(Algorithm.LIGHTGBM, new byte[0], 3, 2, 0, 0, 0).manifest());
    Forecast forecast = calibration.forecast(new double[] {0.2, 0.3, 0.5}, 0, 0.02, 9, 0.5);
    assertThat(forecast.probabilities().up()).isEqualTo(0.5, within(TOLERANCE));
    assertThat(forecast.probabilities().down()).isEqualTo(0.2, within(TOLERANCE));
    assertThat(forecast.expectedReturn()).isEqualTo(0.02 * 0.27, within(1e-15));
    assertThat(forecast.upper()).isEqualTo(0.02 * 1.27, within(1e-15));
  }

  @Test
  void forecast_binary_hasNoNeutral() {
    // Classes DOWN, UP with means −0.8, 0.8; the output is P(UP).
    Calibration calibration =
        Calibration.of(new Draft(Algorithm.XGBOOST, new byte[0], 2, 2, 0).manifest());
    Forecast forecast = calibration.forecast(new double[] {0.75}, 0, 0.01, 0.3, 0.5);
    assertThat(forecast.probabilities()).isEqualTo(new Probabilities(0.75, 0, 0.25));
    assertThat(forecast.expectedReturn()).isEqualTo(0.01 * 0.4, within(1e-15));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void forecast_anyOutput_sumsToExactlyOneInAnyOrderAndIsMonotone(long seed) {
    Random random = new Random(seed);
    double lastUp = -1;
    for (int i = 0; i <= 20_000; i++) {
      double output = -6 + 12.0 * i / 20_000;
      double band = 0.3;
      Probabilities p =
          regression()
              .forecast(new double[] {output}, 0, 0.001 + random.nextDouble(), band, 0.8)
              .probabilities();
      assertThat(p.up() + p.neutral() + p.down()).isEqualTo(1.0);
      assertThat(p.down() + p.neutral() + p.up()).isEqualTo(1.0);
      assertThat(p.up() + p.down() + p.neutral()).isEqualTo(1.0);
      assertThat(p.up()).isGreaterThanOrEqualTo(lastUp);
      lastUp = p.up();
    }
  }

  @Test
  void ofSample_quantilesOfDefinitionSeven_areThoseOfTheTextbook() {
    ResidualDistribution d = ResidualDistribution.ofSample(new double[] {4, 1, 3, 2}, 5);
    assertThat(d.quantiles()).containsExactly(1, 1.75, 2.5, 3.25, 4);
  }

  @Test
  void cumulative_isTheInverseOfQuantile() {
    ResidualDistribution d = new ResidualDistribution(new double[] {-3, -1, 0, 1, 3});
    for (double p = 0; p < 1; p += 0.01) {
      assertThat(d.cumulative(d.quantile(p))).isCloseTo(p, within(1e-12));
    }
    assertThat(d.cumulative(-3.01)).isZero();
    assertThat(d.cumulative(3)).isEqualTo(1);
    assertThat(d.quantile(-5)).isEqualTo(-3);
    assertThat(d.quantile(5)).isEqualTo(3);
  }

  @Test
  void cumulative_equalQuantiles_jumpsOverAllOfThem() {
    ResidualDistribution d = new ResidualDistribution(new double[] {-1, 0, 0, 0, 1});
    assertThat(d.cumulative(0)).isEqualTo(0.75);
    assertThat(d.cumulative(-1e-12)).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void new_badQuantiles_areRefused() {
    assertThatThrownBy(() -> new ResidualDistribution(new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ResidualDistribution(new double[] {1, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ResidualDistribution(new double[] {1, Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void direction_ties_areNeutral() {
    assertThat(new Probabilities(0.5, 0, 0.5).direction()).isEqualTo(Direction.NEUTRAL);
    assertThat(new Probabilities(0.5, 0.5, 0).direction()).isEqualTo(Direction.NEUTRAL);
    assertThat(new Probabilities(0, 0.25, 0.75).direction()).isEqualTo(Direction.DOWN);
    assertThat(new Probabilities(1, 0, 0).confidence()).isEqualTo(1, within(1e-12));
    assertThat(Probabilities.UNKNOWN.confidence()).isCloseTo(0, within(1e-8));
  }

  @Test
  void of_modelWithoutCalibrationOfReturns_isRefused() {
    assertThatThrownBy(() -> Probabilities.of(Double.NaN, 0.5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Probabilities.of(0.8, 0.8)).isEqualTo(new Probabilities(0.5, 0, 0.5));
  }
}
