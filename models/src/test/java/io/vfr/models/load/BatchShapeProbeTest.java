package io.vfr.models.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchShapeProbeTest {
  private static final double BIT = Math.ulp(1.0);
  private static final double[] SAMPLES = {0.5, 0.25, 0.125, 1, -0.5, 0.75};

  /** What is added to a row's sum, by the number of rows and the row's position in the run. */
  private interface Difference {
    double of(int count, int position);
  }

  private static BatchShapeProbe.Runner sums(Difference difference) {
    return (rows, count, out) -> {
      for (int r = 0; r < count; r++) {
        out[r] = rows[2 * r] + rows[2 * r + 1] + 8 * BIT * difference.of(count, r);
      }
    };
  }

  private static BatchShape find(BatchShapeProbe.Runner runner, boolean deterministic)
      throws ModelRejectedException {
    return BatchShapeProbe.find(runner, 2, 1, SAMPLES, deterministic);
  }

  @ParameterizedTest(name = "bits differ below {0} rows: {1}")
  @CsvSource({"1,1", "2,2", "3,4", "4,4", "5,8", "9,16", "16,16"})
  void find_bitsDifferBelowANumberOfRows_isTheNextPowerOfTwo(int least, int expected)
      throws Exception {
    BatchShape shape = find(sums((count, position) -> count < least ? 1 : 0), true);
    assertThat(shape).isEqualTo(BatchShape.atLeast(expected));
  }

  @Test
  void find_bitsDifferAmongLargeRuns_isFixed() throws Exception {
    assertThat(find(sums((count, position) -> count), true)).isEqualTo(BatchShape.fixed(4));
    assertThat(find(sums((count, position) -> count < 20 ? 1 : 0), true))
        .isEqualTo(BatchShape.fixed(4));
  }

  @Test
  void find_bitsDependOnThePositionInRunsOfFour_isEight() throws Exception {
    // In large runs too, or a minimum would do.
    Difference difference =
        (count, position) -> count == 4 || count % 2 == 1 ? position : count == 8 ? 0 : count;
    assertThat(find(sums(difference), true)).isEqualTo(BatchShape.fixed(8));
  }

  @Test
  void find_bitsDependOnThePositionOrTheNeighbours_isOneRow() throws Exception {
    assertThat(find(sums((count, position) -> position), true)).isEqualTo(BatchShape.fixed(1));
    BatchShapeProbe.Runner neighbours =
        (rows, count, out) -> {
          double first = rows[0];
          for (int r = 0; r < count; r++) {
            out[r] = rows[2 * r] + 8 * BIT * (first == rows[2 * r] ? 0 : Math.signum(first));
          }
        };
    assertThat(find(neighbours, true)).isEqualTo(BatchShape.fixed(1));
  }

  @Test
  void find_notDeterministic_allowsSmallDifferencesOnly() throws Exception {
    assertThat(find(sums((count, position) -> position), false)).isEqualTo(BatchShape.NATURAL);
    assertThat(find(sums((count, position) -> count < 3 ? 1e11 : 0), false))
        .as("1.8e-4 from a row alone, at every number of rows that holds together")
        .isEqualTo(BatchShape.fixed(2));
  }

  @Test
  void find_differentOutputsFromCallToCall_isRefused() {
    Random random = new Random(5);
    assertThatThrownBy(() -> find(sums((count, position) -> random.nextInt(3)), false))
        .isInstanceOfSatisfying(
            ModelRejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectionReason.UNSUPPORTED));
  }

  @Test
  void find_rowsThatFailAlone_areLeftOut() throws Exception {
    BatchShapeProbe.Runner roots =
        (rows, count, out) -> {
          for (int r = 0; r < count; r++) {
            if (rows[2 * r] < 0) {
              throw new ScoringException("negative");
            }
            out[r] = Math.sqrt(rows[2 * r]);
          }
        };
    assertThat(find(roots, true)).isEqualTo(BatchShape.NATURAL);
    assertThatThrownBy(() -> BatchShapeProbe.find(roots, 2, 1, new double[] {-1, 1}, true))
        .isInstanceOf(ScoringException.class)
        .hasMessage("negative");
  }

  @Test
  void find_rowsThatFailOnlyTogether_areAWrongShape() {
    BatchShapeProbe.Runner alone =
        (rows, count, out) -> {
          if (count > 1) {
            throw new ScoringException("one at a time, please");
          }
          out[0] = rows[0];
        };
    assertThatThrownBy(() -> find(alone, true))
        .isInstanceOfSatisfying(
            ModelRejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectionReason.WRONG_SHAPE))
        .hasMessageContaining("one at a time, please");
  }

  @Test
  void find_timeout_isPassedOn() {
    BatchShapeProbe.Runner slow =
        (rows, count, out) -> {
          throw ScoringException.timeout("time-out", new IllegalStateException());
        };
    assertThatThrownBy(() -> find(slow, true))
        .isInstanceOfSatisfying(ScoringException.class, e -> assertThat(e.isTimeout()).isTrue());
  }

  @Test
  void find_sameGraph_isTheSameEveryTime() throws Exception {
    BatchShapeProbe.Runner runner = sums((count, position) -> count < 6 ? count : 0);
    BatchShape first = find(runner, true);
    for (int i = 0; i < 20; i++) {
      assertThat(find(runner, true)).isEqualTo(first);
    }
  }
}
