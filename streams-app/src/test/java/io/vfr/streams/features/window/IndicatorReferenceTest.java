package io.vfr.streams.features.window;

import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import io.vfr.streams.reference.ReferenceIndicators;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The incremental features against a recomputation from all bars. */
final class IndicatorReferenceTest {
  private final double[] vector = new double[FeatureIndex.COUNT];

  static Stream<Arguments> series() {
    return Stream.of(Shape.values())
        .flatMap(shape -> Stream.of(1L, 20_261L).map(seed -> Arguments.of(shape, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("series")
  void compute_everyBar_equalsRecomputation(Shape shape, long seed) {
    List<Bar> bars = RandomBars.series(seed, shape, 700);
    ReferenceIndicators reference = new ReferenceIndicators(bars);
    IndicatorState state = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      state.compute(bars.get(i), vector);
      if (i < 270 || i % 3 == 0) {
        VectorAssert.assertMatches(shape + ", seed " + seed, bars, i, reference, vector);
      }
      state.append(bars.get(i));
    }
  }

  @ParameterizedTest(name = "{0}, seed 7")
  @EnumSource(
      value = Shape.class,
      names = {"STOCK", "JUMPS", "FLATS", "CLIFFS"})
  void compute_tenThousandBars_doesNotDrift(Shape shape) {
    List<Bar> bars = RandomBars.series(7, shape, 10_000);
    ReferenceIndicators reference = new ReferenceIndicators(bars);
    IndicatorState state = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      if (i % 97 == 0 || i == bars.size() - 1) {
        state.compute(bars.get(i), vector);
        VectorAssert.assertMatches(shape + ", seed 7", bars, i, reference, vector);
      }
      state.append(bars.get(i));
    }
  }

  @Test
  void compute_afterTenThousandFlatBars_keepsRatiosAndForgetsNothing() {
    List<Bar> moving = RandomBars.series(3, Shape.STOCK, 300);
    Bar last = moving.getLast();
    Bar still =
        new Bar(0, last.close(), last.close(), last.close(), last.close(), 5, last.benchmark());
    List<Bar> bars =
        Stream.of(moving, Collections.nCopies(10_000, still), moving)
            .flatMap(List::stream)
            .toList();
    ReferenceIndicators reference = new ReferenceIndicators(bars);
    IndicatorState state = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      if (i % 501 == 0 || (i > 10_290 && i % 5 == 0)) {
        state.compute(bars.get(i), vector);
        VectorAssert.assertMatches("flat middle, seed 3", bars, i, reference, vector);
      }
      state.append(bars.get(i));
    }
  }

  @Test
  void compute_firstBar_hasOnlyWhatOneBarTells() {
    List<Bar> bars = List.of(new Bar(0, 10, 12, 9, 11, 100, Double.NaN));
    new IndicatorState().compute(bars.getFirst(), vector);
    VectorAssert.assertMatches("one bar", bars, 0, new ReferenceIndicators(bars), vector);
  }
}
