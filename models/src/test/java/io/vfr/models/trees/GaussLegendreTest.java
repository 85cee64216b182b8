package io.vfr.models.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussLegendreTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 16, 33})
  void rule_monomialsUpToItsDegree_areIntegratedExactly(int points) {
    GaussLegendre rule = new GaussLegendre(points);
    for (int degree = 0; degree < 2 * points; degree++) {
      double sum = 0;
      for (int i = 0; i < points; i++) {
        sum += rule.weight(i) * Math.pow(rule.node(i), degree);
      }
      assertThat(sum).as("t^%d", degree).isCloseTo(1.0 / (degree + 1), within(1e-15));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void rule_firstMonomialBeyondItsDegree_isNot(int points) {
    GaussLegendre rule = new GaussLegendre(points);
    double sum = 0;
    for (int i = 0; i < points; i++) {
      sum += rule.weight(i) * Math.pow(rule.node(i), 2 * points);
    }
    assertThat(Math.abs(sum - 1.0 / (2 * points + 1))).isGreaterThan(1e-6);
  }

  @Test
  void rule_points_riseWithinTheInterval() {
    GaussLegendre rule = new GaussLegendre(21);
    double before = 0;
    for (int i = 0; i < 21; i++) {
      assertThat(rule.node(i)).isGreaterThan(before).isLessThan(1);
      assertThat(rule.weight(i)).isPositive();
      before = rule.node(i);
    }
    assertThat(rule.node(10)).isEqualTo(0.5);
  }

  @Test
  void constructor_noPoints_isRefused() {
    assertThatThrownBy(() -> new GaussLegendre(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("points must be 1 or more: 0");
  }
}
