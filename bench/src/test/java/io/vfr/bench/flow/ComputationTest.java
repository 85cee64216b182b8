package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A computation does all of its steps each time. */
class ComputationTest {
  @Test
  void run_doesItsSteps_andGoesOnWhereItEnded() {
    long expected = 1;
    Computation computation = new Computation(3);
    for (int run = 0; run < 2; run++) {
      for (int step = 0; step < 3; step++) {
        expected = expected * 6364136223846793005L + 1442695040888963407L;
      }
      computation.run();
      assertThat(computation.state()).isEqualTo(expected);
    }
  }

  @Test
  void ofMicros_noTime_doesNothing() {
    Computation none = Computation.ofMicros(0);
    none.run();
    assertThat(none.state()).isEqualTo(1);
  }

  @Test
  void ofMicros_someTime_doesSteps() {
    Computation some = Computation.ofMicros(1);
    some.run();
    assertThat(some.state()).isNotEqualTo(1);
  }
}
