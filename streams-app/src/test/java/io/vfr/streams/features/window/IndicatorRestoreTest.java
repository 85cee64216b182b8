package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import io.vfr.models.schema.FeatureSchema;
import io.vfr.streams.reference.RandomBars;
import io.vfr.streams.reference.RandomBars.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A restored state must agree with the one that lived on in every bit, from then on. */
final class IndicatorRestoreTest {
  private final double[] live = new double[FeatureIndex.COUNT];
  private final double[] restored = new double[FeatureIndex.COUNT];

  /** At every bar count 1..700: restore from the newest checkpoint, replay, compare for a while. */
  @ParameterizedTest(name = "{0}, seed 11")
  @EnumSource(Shape.class)
  void restore_atEveryBarCount_isBitIdentical(Shape shape) {
    int counts = 700;
    int lookAhead = 40;
    List<Bar> bars = RandomBars.series(11, shape, counts + lookAhead);
    double[][] expected = new double[bars.size()][FeatureIndex.COUNT];
    ByteBuffer[] checkpoints = new ByteBuffer[bars.size() + 1];
    IndicatorState state = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      state.compute(bars.get(i), expected[i]);
      state.append(bars.get(i));
      if (state.atAnchor()) {
        checkpoints[i + 1] = checkpoint(state);
      }
    }
    for (int count = 1; count <= counts; count++) {
      IndicatorState again = restoreAt(bars, checkpoints, count);
      // Every count sees its next bar; every fifth a stretch that crosses the next anchor.
      int until = count % 5 == 0 ? count + lookAhead : count + 1;
      for (int i = count; i < until; i++) {
        again.compute(bars.get(i), restored);
        assertSameBits(shape + ", seed 11, restored at " + count, i, expected[i], restored);
        again.append(bars.get(i));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {5, 6, 7, 8})
  void restore_atRandomPointsOfLongSeries_isBitIdenticalToTheEnd(long seed) {
    Random random = new Random(seed);
    Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
    List<Bar> bars = RandomBars.series(seed, shape, 2_000);
    IndicatorState lived = new IndicatorState();
    IndicatorState often = new IndicatorState();
    ByteBuffer newest = ByteBuffer.allocate(0);
    for (int i = 0; i < bars.size(); i++) {
      lived.append(bars.get(i));
      often.append(bars.get(i));
      if (often.atAnchor()) {
        newest = checkpoint(often);
      }
      if (newest.hasRemaining() && random.nextInt(20) == 0) {
        int anchor = (i + 1) / 32 * 32;
        often = IndicatorState.restore(newest.duplicate(), history(bars, anchor));
        bars.subList(anchor, i + 1).forEach(often::append);
      }
      if (i + 1 < bars.size()) {
        lived.compute(bars.get(i + 1), live);
        often.compute(bars.get(i + 1), restored);
        assertSameBits(shape + ", seed " + seed, i, live, restored);
      }
    }
  }

  @Test
  void writeCheckpoint_ofRestoredState_writesTheSameBytes() {
    List<Bar> bars = RandomBars.series(9, Shape.JUMPS, 640);
    IndicatorState lived = new IndicatorState();
    IndicatorState again = new IndicatorState();
    for (int i = 0; i < bars.size(); i++) {
      lived.append(bars.get(i));
      again.append(bars.get(i));
      if (lived.atAnchor()) {
        ByteBuffer bytes = checkpoint(lived);
        assertThat(checkpoint(again)).isEqualTo(bytes);
        again = IndicatorState.restore(bytes, history(bars, i + 1));
        assertThat(again.closedBars()).isEqualTo(i + 1);
        assertThat(checkpoint(again)).isEqualTo(checkpoint(lived));
      }
    }
  }

  @Test
  void restore_longerHistory_usesTheNewestBars() {
    List<Bar> bars = RandomBars.series(9, Shape.STOCK, 641);
    IndicatorState state = new IndicatorState();
    bars.subList(0, 640).forEach(state::append);
    IndicatorState again = IndicatorState.restore(checkpoint(state), bars.subList(100, 640));
    state.compute(bars.get(640), live);
    again.compute(bars.get(640), restored);
    assertSameBits("longer history", 640, live, restored);
  }

  @Test
  void restore_shortHistory_saysHowMuchIsNeeded() {
    List<Bar> bars = RandomBars.series(9, Shape.STOCK, 320);
    IndicatorState state = new IndicatorState();
    bars.forEach(state::append);
    assertThatThrownBy(
            () -> IndicatorState.restore(checkpoint(state), bars.subList(320 - 251, 320)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("252..320")
        .hasMessageContaining("251");
  }

  @Test
  void restore_unknownVersion_isRefused() {
    IndicatorState state = new IndicatorState();
    List<Bar> bars = RandomBars.series(9, Shape.STOCK, 32);
    bars.forEach(state::append);
    ByteBuffer bytes = checkpoint(state);
    bytes.put(0, (byte) 9);
    assertThatThrownBy(() -> IndicatorState.restore(bytes, bars))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining("version 9")
        .hasMessageContaining("reads 1");
  }

  @Test
  void writeCheckpoint_betweenAnchors_isRefused() {
    IndicatorState state = new IndicatorState();
    assertThat(state.atAnchor()).isFalse();
    RandomBars.series(9, Shape.STOCK, 33).forEach(state::append);
    assertThat(state.atAnchor()).isFalse();
    assertThatThrownBy(() -> state.writeCheckpoint(ByteBuffer.allocate(1_000)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("33");
  }

  private static IndicatorState restoreAt(List<Bar> bars, ByteBuffer[] checkpoints, int count) {
    int anchor = count / IndicatorState.ANCHOR_INTERVAL * IndicatorState.ANCHOR_INTERVAL;
    IndicatorState state =
        anchor == 0
            ? new IndicatorState()
            : IndicatorState.restore(checkpoints[anchor].duplicate(), history(bars, anchor));
    bars.subList(anchor, count).forEach(state::append);
    return state;
  }

  private static List<Bar> history(List<Bar> bars, int anchor) {
    return bars.subList(Math.max(0, anchor - IndicatorState.requiredHistory()), anchor);
  }

  private static ByteBuffer checkpoint(IndicatorState state) {
    ByteBuffer bytes = ByteBuffer.allocate(IndicatorState.CHECKPOINT_BYTES);
    state.writeCheckpoint(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }

  static void assertSameBits(String context, int bar, double[] expected, double[] actual) {
    for (int f = 0; f < FeatureIndex.COUNT; f++) {
      if (Double.doubleToRawLongBits(expected[f]) != Double.doubleToRawLongBits(actual[f])) {
        assertThat(actual[f])
            .as(context + ", bar " + bar + ", " + FeatureSchema.current().names().get(f))
            .isEqualTo(expected[f]);
      }
    }
  }
}
