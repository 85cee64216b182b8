package io.vfr.models.load;

import io.vfr.models.manifest.Manifest;
import io.vfr.models.manifest.SelfTest;
import io.vfr.models.trees.Attribution;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a loaded model must pass before it serves: shape, self-test, settling, and a warm-up that
 * also shows whether it is fast enough. A model that does not end is ended where its library allows
 * that, and refused.
 */
final class Verification {
  /** Enough calls for the JIT to have compiled the path before the first record meets it. */
  private static final int CALLS = 200;

  private static final int ROWS = LoadOptions.BATCH_ROWS;

  private static final int FIRST_CALLS = 3;

  /** A slow model is told by this many calls of a full batch; it need not have all of them. */
  private static final int TIMED_CALLS_MIN = 9;

  /** A warm-up ends early when it has worked as long as this. */
  private static final long WORK_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  private final LoadedModel model;
  private final Duration timeout;

  Verification(LoadedModel model, Duration timeout) {
    this.model = model;
    this.timeout = timeout;
  }

  /**
   * Runs all checks.
   *
   * @throws ModelRejectedException with the first reason against the model
   */
  void run() throws ModelRejectedException {
    shape("inputs", model.inputs(), model.manifest().inputWidth());
    shape("outputs", model.outputs(), model.manifest().outputWidth());
    try {
      selfTest();
      checkTime(firstTimes());
      model.backend().settle(preparedSelfTests());
      warmUp();
    } catch (ScoringException e) {
      throw rejected(
          e.isTimeout() ? RejectionReason.TOO_SLOW : RejectionReason.SELF_TEST_FAILED,
          String.valueOf(e.getMessage()),
          e);
    }
    model.backend().verified();
  }

  private ModelRejectedException rejected(RejectionReason reason, String message) {
    return new ModelRejectedException(reason, model.manifest().key() + ": " + message);
  }

  private ModelRejectedException rejected(
      RejectionReason reason, String message, ScoringException cause) {
    return new ModelRejectedException(reason, model.manifest().key() + ": " + message, cause);
  }

  private void shape(String what, int actual, int stated) throws ModelRejectedException {
    if (actual != stated) {
      throw rejected(
          RejectionReason.WRONG_SHAPE,
          "the artifact has " + actual + " " + what + "; the manifest states " + stated);
    }
  }

  private void selfTest() throws ModelRejectedException {
    List<SelfTest> tests = model.manifest().selfTest();
    double[] out = new double[model.outputs()];
    try (Scorer scorer = model.newScorer()) {
      for (int t = 0; t < tests.size(); t++) {
        SelfTest test = tests.get(t);
        scorer.score(test.inputs(), 1, out);
        double[] expected = test.expected();
        for (int o = 0; o < out.length; o++) {
          if (!(Math.abs(out[o] - expected[o]) <= test.tolerance())) {
            throw rejected(
                RejectionReason.SELF_TEST_FAILED,
                "self-test "
                    + t
                    + ", output "
                    + o
                    + " is "
                    + out[o]
                    + "; expected is "
                    + expected[o]
                    + " within "
                    + test.tolerance());
          }
        }
      }
    }
  }

  private double[] preparedSelfTests() {
    Manifest manifest = model.manifest();
    int count = Math.min(ROWS, manifest.selfTest().size());
    double[] rows = new double[count * model.inputs()];
    model.preparation().prepare(selfTests(count), count, rows);
    return rows;
  }

  /** A number of raw rows, the self-tests in turn. */
  private double[] selfTests(int count) {
    List<SelfTest> tests = model.manifest().selfTest();
    int width = model.inputs();
    double[] rows = new double[count * width];
    for (int r = 0; r < count; r++) {
      System.arraycopy(tests.get(r % tests.size()).inputs(), 0, rows, r * width, width);
    }
    return rows;
  }

  /** Times of a few full batches: nothing else is tried with a model that is far too slow. */
  private long[] firstTimes() {
    double[] rows = selfTests(ROWS);
    double[] out = new double[ROWS * model.outputs()];
    long[] times = new long[FIRST_CALLS];
    try (Scorer scorer = model.newScorer()) {
      for (int i = 0; i < times.length; i++) {
        long before = ThreadCpu.currentNanos();
        scorer.score(rows, ROWS, out);
        times[i] = ThreadCpu.currentNanos() - before;
      }
    }
    return times;
  }

  private void warmUp() throws ModelRejectedException {
    double[] rows = selfTests(ROWS);
    double[] out = new double[ROWS * model.outputs()];
    double[] contributions = new double[model.manifest().features().size()];
    long[] times = new long[CALLS / 2];
    int timed = 0;
    long begin = ThreadCpu.currentNanos();
    Attribution attribution = model.newAttribution();
    try (Scorer scorer = model.newScorer()) {
      for (int i = 0; i < CALLS; i++) {
        boolean batch = i % 2 == 1;
        long before = ThreadCpu.currentNanos();
        scorer.score(rows, batch ? ROWS : 1, out);
        long after = ThreadCpu.currentNanos();
        if (batch) {
          times[timed++] = after - before;
        }
        if (attribution.rowsPerCall() == 0 || i % ROWS == 0) {
          attribution.contributions(rows, contributions);
        }
        if (timed >= TIMED_CALLS_MIN && after - begin > WORK_NANOS_MAX) {
          break;
        }
      }
    }
    checkTime(Arrays.copyOf(times, timed));
  }

  /** The median: on a busy machine some calls take much longer than the model needs. */
  private void checkTime(long[] times) throws ModelRejectedException {
    Arrays.sort(times);
    long median = times[times.length / 2];
    if (median > timeout.toNanos()) {
      throw rejected(
          RejectionReason.TOO_SLOW,
          "scoring "
              + ROWS
              + " rows takes "
              + median / 1000
              + " µs; at most "
              + timeout.toNanos() / 1000
              + " µs are allowed");
    }
  }
}
