package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import io.vfr.streams.reference.ReferenceIndicators;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The forming bar is laid over the closed state and leaves no trace in it. */
final class FormingBarTest {
  private final double[] vector = new double[FeatureIndex.COUNT];
  private final double[] other = new double[FeatureIndex.COUNT];

  @ParameterizedTest(name = "{0}, seed 21")
  @EnumSource(Shape.class)
  void compute_thousandFormingBars_leaveNoTrace(Shape shape) {
    List<Bar> bars = RandomBars.series(21, shape, 420);
    List<Bar> others = RandomBars.series(22, Shape.JUMPS, 1_000);
    IndicatorState ticked = new IndicatorState();
    IndicatorState quiet = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      int computes = i % 35 == 0 ? others.size() : 0;
      others.subList(0, computes).forEach(bar -> ticked.compute(bar, other));
      ticked.compute(bars.get(i), other);
      quiet.compute(bars.get(i), vector);
      IndicatorRestoreTest.assertSameBits(shape + ", seed 21", i, vector, other);
      ticked.append(bars.get(i));
      quiet.append(bars.get(i));
    }
  }

  @Test
  void compute_formingBar_equalsRecomputationWithItAsTheLastBar() {
    List<Bar> bars = RandomBars.series(23, Shape.STOCK, 300);
    IndicatorState state = new IndicatorState();
    bars.forEach(state::append);
    for (Bar forming : RandomBars.series(24, Shape.JUMPS, 50)) {
      List<Bar> all = new ArrayList<>(bars);
      all.add(forming);
      state.compute(forming, vector);
      VectorAssert.assertMatches(
          "seeds 23, 24", all, bars.size(), new ReferenceIndicators(all), vector);
    }
  }

  @Test
  void compute_lateBarInsertedByRebuilding_equalsOrderedInput() {
    long seed = 25;
    Random random = new Random(seed);
    List<Bar> ordered = RandomBars.series(seed, Shape.STOCK, 400);
    for (int round = 0; round < 20; round++) {
      int late = random.nextInt(300, 399);
      List<Bar> arrived = new ArrayList<>(ordered);
      Bar lateBar = arrived.remove(late);
      IndicatorState without = replay(arrived);
      arrived.add(late, lateBar);
      IndicatorState inserted = replay(arrived);
      replay(ordered).compute(ordered.getLast(), vector);
      inserted.compute(ordered.getLast(), other);
      IndicatorRestoreTest.assertSameBits("late " + late + ", seed " + seed, 400, vector, other);
      without.compute(ordered.getLast(), other);
      assertThat(other).as("the late bar matters, seed " + seed).isNotEqualTo(vector);
    }
  }

  private static IndicatorState replay(List<Bar> bars) {
    IndicatorState state = new IndicatorState();
    bars.forEach(state::append);
    return state;
  }

  @Test
  void compute_longerArray_leavesTheRestAlone() {
    double[] wide = new double[FeatureIndex.COUNT + 10];
    Arrays.fill(wide, 42);
    new IndicatorState().compute(new Bar(0, 1, 1, 1, 1, 1, Double.NaN), wide);
    assertThat(Arrays.copyOfRange(wide, FeatureIndex.COUNT, wide.length)).containsOnly(42);
  }

  @Test
  void computeAndAppend_warm_allocateNothing() {
    List<Bar> bars = RandomBars.series(26, Shape.STOCK, 4_000);
    IndicatorState state = new IndicatorState();
    bars.forEach(bar -> {
      state.compute(bar, vector);
      state.append(bar);
    });
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < bars.size(); i++) {
      state.compute(bars.get(i), vector);
      state.append(bars.get(i));
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // A queue may still double once; anything per event would be a hundred thousand bytes.
    assertThat(allocated).isLessThan(10_000);
  }
}
