package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vfr.models.OnnxModels;
import io.vfr.models.TestModels.Draft;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.schema.FeatureSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The model takes as many turns of a loop as its first input says, some 0.2 µs each. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OnnxTimeoutTest {
  private static final double ENDLESS = 1e15;
  private static final Duration TIMEOUT = Duration.ofMillis(30);
  private final ModelLoader loader = loader(TIMEOUT, 1);
  @TempDir private Path temp;

  private static ModelLoader loader(Duration timeout, int threads) {
    return new ModelLoader(FeatureSchema.current(), new LoadOptions(threads, timeout, true));
  }

  private static Draft loop(double turns) {
    Draft draft = OnnxModels.sum("loop", turns, 2);
    // float32 has 24 bits for the sum.
    draft.selfTest = List.of(new SelfTest(new double[] {turns, 2}, new double[] {turns + 2}, 0.01));
    return draft;
  }

  private ModelRejectedException refused(ModelLoader by, Draft draft) {
    Path dir = draft.write(temp);
    ModelRejectedException problem =
        catchThrowableOfType(ModelRejectedException.class, () -> by.load(dir));
    assertThat(problem).as("the model must be refused").isNotNull();
    return problem;
  }

  private static void assertTimesOut(Scorer scorer, double... rows) {
    double[] out = new double[rows.length / 2];
    long before = System.nanoTime();
    assertThatThrownBy(() -> scorer.score(rows, out.length, out))
        .isInstanceOf(ScoringException.class)
        .hasMessageContaining("time-out")
        .satisfies(e -> assertThat(((ScoringException) e).isTimeout()).isTrue());
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TIMEOUT.toNanos());
  }

  @Test
  void score_endlessLoop_timesOutAndTheSessionStaysUsable() throws Exception {
    try (LoadedModel model = loader.load(loop(0).write(temp));
        Scorer scorer = model.newScorer()) {
      double[] out = new double[2];
      for (int i = 0; i < 3; i++) {
        assertTimesOut(scorer, ENDLESS, 1);
        scorer.score(new double[] {3, 4}, 1, out);
        assertThat(out[0]).isEqualTo(7);
        assertTimesOut(scorer, 1, 1, ENDLESS, 1);
        scorer.score(new double[] {1, 4, 100, 5}, 2, out);
        assertThat(out).containsExactly(5, 105);
      }
    }
  }

  @Test
  void score_oneSessionTimesOut_theOtherIsNotInterrupted() throws Exception {
    try (LoadedModel model = loader(TIMEOUT, 2).load(loop(0).write(temp));
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> slow =
          threads.submit(() -> {
            try (Scorer scorer = model.newScorer()) {
              assertTimesOut(scorer, ENDLESS, 1);
              assertTimesOut(scorer, ENDLESS, 1);
            }
          });
      Future<Integer> quick =
          threads.submit(() -> {
            try (Scorer scorer = model.newScorer()) {
              double[] out = new double[1];
              int calls = 0;
              while (!slow.isDone()) {
                scorer.score(new double[] {3, 4}, 1, out);
                assertThat(out[0]).isEqualTo(7);
                calls++;
              }
              return calls;
            }
          });
      slow.get(60, TimeUnit.SECONDS);
      assertThat(quick.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void contributions_endlessLoop_timeOutAsWell() throws Exception {
    try (LoadedModel model = loader.load(loop(0).write(temp))) {
      double[] out = new double[2];
      assertThatThrownBy(() -> model.newAttribution().contributions(new double[] {ENDLESS, 1}, out))
          .isInstanceOf(ScoringException.class)
          .hasMessageContaining("time-out");
      model.newAttribution().contributions(new double[] {4, 1}, out);
      assertThat(out[1]).isEqualTo(-1);
    }
  }

  @Test
  void load_selfTestThatNeverEnds_isTooSlow() {
    ModelRejectedException problem = refused(loader, loop(ENDLESS));
    assertThat(problem.reason()).isEqualTo(RejectionReason.TOO_SLOW);
    assertThat(problem).hasMessageContaining("time-out");
  }

  @Test
  void load_warmCallsAboveTheTimeout_isTooSlowAndSaysHowLongTheyTake() {
    ModelRejectedException problem = refused(loader(LoadOptions.TIMEOUT_MIN, 1), loop(200_000));
    assertThat(problem.reason()).isEqualTo(RejectionReason.TOO_SLOW);
    assertThat(problem)
        .hasMessageContaining("32 rows takes")
        .hasMessageContaining("at most 1000 µs");
  }

  @Test
  void load_sameModelWithALongerTimeout_passes() throws Exception {
    try (LoadedModel model = loader(Duration.ofSeconds(1), 1).load(loop(5_000).write(temp))) {
      assertThat(model.outputs()).isEqualTo(1);
    }
  }
}
