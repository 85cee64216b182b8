package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.models.schema.FeatureDefinition;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each feature has no value one bar before its warm-up ends, and one from then on. */
final class WarmUpTest {
  static Stream<FeatureDefinition> barFeatures() {
    return FeatureSchema.current().features().stream().filter(FeatureDefinition::fromBars);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("barFeatures")
  void compute_onBothSidesOfTheEdge_isMissingThenThere(FeatureDefinition feature) {
    List<Bar> bars = RandomBars.series(31, Shape.STOCK, 300);
    int index = FeatureSchema.current().indexOf(feature.name());
    double[] vector = new double[FeatureIndex.COUNT];
    IndicatorState state = new IndicatorState();
    for (Bar bar : bars) {
      state.compute(bar, vector);
      long count = state.closedBars() + 1;
      if (count < feature.warmupBars()) {
        assertThat(vector[index]).as("at %d bars, seed 31", count).isNaN();
      } else {
        assertThat(vector[index]).as("at %d bars, seed 31", count).isFinite();
      }
      state.append(bar);
    }
  }
}
