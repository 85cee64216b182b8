package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.models.StoredFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BarBuilderTest {
  private record Tick(long ts, double price, double size) {}

  @Test
  void mergeTick_outOfOrder_opensWithTheEarliestAndClosesWithTheLatest() {
    BarBuilder builder = BarBuilder.ofTick(1_000, 1_500, 10, 1);
    builder.mergeTick(1_200, 12, 2);
    builder.mergeTick(1_900, 8, 3);
    builder.mergeTick(1_700, 9, 0.5);

    assertThat(builder.toBar()).isEqualTo(new Bar(1_000, 12, 12, 8, 8, 6.5, Double.NaN));
    assertThat(builder.lastEventMillis()).isEqualTo(1_900);
    assertThat(builder.startMillis()).isEqualTo(1_000);
    assertThat(builder.isWholeBar()).isFalse();
  }

  @Test
  void mergeTick_sameTime_firstArrivalOpensAndLastArrivalCloses() {
    BarBuilder builder = BarBuilder.ofTick(0, 5, 10, 1);
    builder.mergeTick(5, 11, 1);
    builder.mergeTick(5, 9, 1);

    assertThat(builder.toBar()).isEqualTo(new Bar(0, 10, 11, 9, 9, 3, Double.NaN));
  }

  @Test
  void mergePart_finerBars_buildTheCoarseOne() {
    BarBuilder builder = BarBuilder.ofPart(0, 60_000, 10, 14, 9, 13, 5);
    builder.mergePart(120_000, 13, 13.5, 7, 8, 6);
    builder.mergePart(0, 11, 12, 10, 10, 7);
    builder.setBenchmark(4_000);

    assertThat(builder.toBar()).isEqualTo(new Bar(0, 11, 14, 7, 8, 18, 4_000));
    assertThat(builder.lastEventMillis()).isEqualTo(120_000);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void mergeTick_anyOrder_givesTheSameBits(long seed) {
    Random random = new Random(seed);
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double size = Math.pow(10, -10 + 22 * random.nextDouble());
      ticks.add(new Tick(i, 100 + random.nextGaussian(), size));
    }
    Bar ordered = merge(ticks).toBar();
    double exact = 0;
    for (Tick tick : ticks) {
      exact += tick.size;
    }
    assertThat(ordered.volume()).isBetween(exact * (1 - 1e-12), exact * (1 + 1e-12));
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(ticks, random);
      assertThat(merge(ticks).toBar()).as("seed " + seed).isEqualTo(ordered);
    }
  }

  private static BarBuilder merge(List<Tick> ticks) {
    Tick first = ticks.getFirst();
    BarBuilder builder = BarBuilder.ofTick(0, first.ts, first.price, first.size);
    for (Tick tick : ticks.subList(1, ticks.size())) {
      builder.mergeTick(tick.ts, tick.price, tick.size);
    }
    return builder;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1.0 / 3, 1e-3, 123_456.789, 1e12 + 0.25, 9e15, 4e18, 0.75, 1e-19})
  void toBar_oneSize_comesBack(double size) {
    assertThat(BarBuilder.ofTick(0, 0, 1, size).toBar().volume())
        .isCloseTo(size, org.assertj.core.data.Offset.offset(0x1p-65));
  }

  @Test
  void mergeTick_tenTimesATenth_isOneUpToTheTenth() {
    BarBuilder builder = BarBuilder.ofTick(0, 0, 1, 0.1);
    for (int i = 1; i < 10; i++) {
      builder.mergeTick(i, 1, 0.1);
    }
    // The exact sum of ten times the double 0.1, rounded once.
    assertThat(builder.toBar().volume()).isEqualTo(1.0);
  }

  @Test
  void mergeTick_sizesBeyondTheAccumulator_saturateInEveryOrder() {
    BarBuilder up = BarBuilder.ofTick(0, 0, 1, 0.5);
    BarBuilder down = BarBuilder.ofTick(0, 0, 1, 4.5e18);
    for (int i = 1; i <= 3; i++) {
      up.mergeTick(i, 1, 4.5e18);
      down.mergeTick(i, 1, i == 3 ? 0.5 : 4.5e18);
    }
    assertThat(up.toBar().volume()).isEqualTo(down.toBar().volume()).isEqualTo(0x1p63);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 0x1p62})
  void mergeTick_badSize_isRefused(double size) {
    BarBuilder builder = BarBuilder.ofTick(0, 0, 1, 1);
    assertThatThrownBy(() -> builder.mergeTick(1, 5, size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + size);
    assertThat(builder.toBar()).isEqualTo(new Bar(0, 1, 1, 1, 1, 1, Double.NaN));
  }

  @Test
  void replaceWith_bar_forgetsTicksAndKeepsLaterOnes() {
    BarBuilder builder = BarBuilder.ofTick(0, 10, 50, 1_000);
    builder.replaceWith(0, 100, 110, 90, 105, 1e-30);

    assertThat(builder.isWholeBar()).isTrue();
    assertThat(builder.toBar()).isEqualTo(new Bar(0, 100, 110, 90, 105, 1e-30, Double.NaN));
    assertThat(builder.lastEventMillis()).isEqualTo(10);

    builder.mergeTick(5, 120, 2);
    assertThat(builder.toBar()).isEqualTo(new Bar(0, 100, 120, 90, 120, 2, Double.NaN));
  }

  @Test
  void ofBar_wholeBar_keepsEveryBit() {
    BarBuilder builder = BarBuilder.ofBar(7, 7, 0.1, 0.3, 0.05, 0.2, 1.0e20 / 3);
    assertThat(builder.toBar()).isEqualTo(new Bar(7, 0.1, 0.3, 0.05, 0.2, 1.0e20 / 3, Double.NaN));
    assertThat(builder.lastEventMillis()).isEqualTo(7);
  }

  @Test
  void read_written_continuesAsIfNeverStored() {
    BarBuilder builder = BarBuilder.ofBar(0, 0, 10, 12, 9, 11, 1.0 / 3);
    builder.mergeTick(40, 13, 0.7);
    builder.setBenchmark(4_321.5);
    ByteBuffer bytes = ByteBuffer.allocate(BarBuilder.BYTES);
    builder.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();

    BarBuilder again = BarBuilder.read(bytes.flip());
    for (BarBuilder each : List.of(builder, again)) {
      each.mergeTick(30, 8, 0.7);
    }
    assertThat(again.toBar()).isEqualTo(builder.toBar());
    assertThat(again.lastEventMillis()).isEqualTo(40);
    assertThat(again.isWholeBar()).isTrue();
    assertThat(again.toBar().close()).isEqualTo(13);
  }

  @Test
  void read_unknownVersion_isRefused() {
    ByteBuffer bytes = ByteBuffer.allocate(BarBuilder.BYTES);
    BarBuilder.ofTick(0, 0, 1, 1).write(bytes);
    bytes.put(0, (byte) 7).flip();
    assertThatThrownBy(() -> BarBuilder.read(bytes))
        .isInstanceOf(StoredFormat.UnknownVersionException.class)
        .hasMessageContaining("version 7");
  }
}
