package io.vfr.chaos.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfr.chaos.harness.Series;
import io.vfr.chaos.harness.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class SoakJudgeTest {
  private static final Duration LONG = SoakJudge.PLATEAU_MIN;
  private static final int RATE = 300;
  private static final Series FLAT = series(i -> 100);

  private static Series series(LongUnaryOperator sample) {
    Series series = new Series();
    for (int i = 0; i < 100; i++) {
      series.add(sample.applyAsLong(i));
    }
    return series;
  }

  private static List<String> breaches(
      Duration lasted, Series resident, Series threads, Series files) {
    Verdict verdict = new Verdict("soak");
    new SoakJudge(verdict, RATE, lasted).judge(0, resident, threads, files);
    return verdict.breaches();
  }

  private static List<String> lagBreaches(LongUnaryOperator lag) {
    Verdict verdict = new Verdict("soak");
    new SoakJudge(verdict, RATE, LONG).judgeLag(series(lag));
    return verdict.breaches();
  }

  @Test
  void steepOnlyInTheFirstQuarter_isFlat() {
    Series warmUp = series(i -> 400 + 10 * Math.min(i, 25));
    assertThat(breaches(LONG, warmUp, FLAT, FLAT)).isEmpty();
  }

  @Test
  void growthOfMoreThanFivePercent_isABreach() {
    assertThat(breaches(LONG, series(i -> 10_000 + 10 * i), FLAT, FLAT)).isEmpty();
    assertThat(breaches(LONG, series(i -> 10_000 + 12 * i), FLAT, FLAT))
        .containsExactly(
            "instance 0 has 11044 resident bytes in the last quarter, after 10444 in the second");
  }

  @Test
  void growthInARunThatIsTooShort_isOnlyTold() {
    Series growing = series(i -> 10_000 + 100 * i);
    assertThat(breaches(LONG.minusMillis(1), growing, growing, growing)).isEmpty();
    assertThat(breaches(LONG, growing, growing, growing)).hasSize(3);
  }

  @Test
  void threadsAndFilesThatLeak_areBreaches() {
    assertThat(breaches(LONG, FLAT, series(i -> 50 + i / 10), series(i -> 200 + i / 2))).isEmpty();
    assertThat(breaches(LONG, FLAT, series(i -> 50 + i), FLAT)).hasSize(1);
    assertThat(breaches(LONG, FLAT, FLAT, series(i -> 200 + 3 * i))).hasSize(1);
  }

  @Test
  void nothingMeasured_isABreach() {
    assertThat(breaches(Duration.ofMinutes(1), new Series(), FLAT, FLAT)).hasSize(1);
    Verdict verdict = new Verdict("soak");
    new SoakJudge(verdict, RATE, LONG).judgeLag(new Series());
    assertThat(verdict.passed()).isFalse();
  }

  @Test
  void lagThatJumpsByLessThanASecond_isFlat() {
    assertThat(lagBreaches(i -> 40 + (i * 37) % RATE)).isEmpty();
  }

  @Test
  void lagThatGrowsOrIsLong_isABreach() {
    assertThat(lagBreaches(i -> 10 * i)).singleElement().asString().contains("the lag grows");
    assertThat(lagBreaches(i -> i % 20 == 0 ? 11L * RATE : 10))
        .singleElement()
        .asString()
        .contains("more than 10 s of the load");
  }
}
