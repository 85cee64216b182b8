package io.vfr.streams.features.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MonotonicQueueTest {
  private static final int[] SPANS = {1, 13, 50, 251};

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void max_randomSeries_equalsScan(long seed) {
    Random random = new Random(seed);
    double[] values = new double[3_000];
    MonotonicQueue queue = new MonotonicQueue(SPANS);
    for (int i = 0; i < values.length; i++) {
      // Falling stretches fill the queue, small integers make ties.
      values[i] = i % 900 < 400 ? -i : random.nextInt(20);
      queue.append(i, values[i]);
      for (int w = 0; w < SPANS.length; w++) {
        int from = Math.max(0, i - SPANS[w] + 1);
        double expected = Arrays.stream(values, from, i + 1).max().orElseThrow();
        assertThat(queue.max(w))
            .as("seed %d, bar %d, span %d", seed, i, SPANS[w])
            .isEqualTo(expected);
      }
    }
  }
}
