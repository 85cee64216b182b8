package io.vfr.models.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vfr.models.Direction;
import io.vfr.models.manifest.Kind;
import io.vfr.models.manifest.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {
  @Test
  void of_kindAndTask_choosesTheRule() {
    assertThat(Judgement.of(Kind.RETURN, Task.REGRESSION)).isEqualTo(Judgement.SIGN);
    assertThat(Judgement.of(Kind.META, Task.REGRESSION)).isEqualTo(Judgement.SIGN);
    assertThat(Judgement.of(Kind.DIRECTION, Task.MULTICLASS)).isEqualTo(Judgement.CLASS);
    assertThat(Judgement.of(Kind.VOLATILITY, Task.REGRESSION)).isEqualTo(Judgement.SCALE);
  }

  @ParameterizedTest
  @CsvSource({
    "0.001, 0.02, true",
    "-0.001, -0.02, true",
    "0.001, -0.02, false",
    "0, 0.02, false",
    "0.001, 0, false"
  })
  void sign_hitsWithTheRealisedSign(double expected, double realized, boolean hit) {
    assertThat(Judgement.SIGN.hit(expected, Direction.NEUTRAL, 0, 0.02, 0.007, realized))
        .isEqualTo(hit);
  }

  @ParameterizedTest
  @CsvSource({"0.0071, UP", "0.007, NEUTRAL", "-0.007, NEUTRAL", "-0.0071, DOWN"})
  void classes_hitWhereTheReturnFellInTheirOwn(double realized, Direction outcome) {
    for (Direction call : Direction.values()) {
      assertThat(Judgement.CLASS.hit(0, call, 0, 0.02, 0.007, realized)).isEqualTo(call == outcome);
    }
  }

  @Test
  void scale_hitsWhereItIsNearerToTheMove() {
    // A quiet day: the smaller volatility was nearer. A wild one: the larger.
    assertThat(Judgement.SCALE.hit(0, Direction.NEUTRAL, 0.01, 0.02, 0, 0.001)).isTrue();
    assertThat(Judgement.SCALE.hit(0, Direction.NEUTRAL, 0.01, 0.02, 0, 0.05)).isFalse();
    assertThat(Judgement.SCALE.hit(0, Direction.NEUTRAL, 0.04, 0.02, 0, 0.05)).isTrue();
  }

  @Test
  void loss_isTheErrorInVolatilities_orTheQuasiLikelihood() {
    assertThat(Judgement.SIGN.loss(0.01, 0, 0.02, -0.03)).isEqualTo(2, within(1e-12));
    assertThat(Judgement.SCALE.loss(0, 0.02, 1, 0.02))
        .isEqualTo(Math.log(0.02) + 0.5, within(1e-12));
  }
}
