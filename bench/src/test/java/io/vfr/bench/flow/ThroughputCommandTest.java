package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThroughputCommandTest {
  @Test
  void unknownContender_isRefusedWithThoseThereAre() {
    assertThat(BenchLine.refused("throughput", "--contenders", "vfr-trees,vfr-forest"))
        .contains(
            "--contenders",
            "'vfr-forest' is none of pass-through, parse-and-write, one-day, one-day-all, vfr-trees, vfr-all");
  }

  /** It would write nothing, and be taken for fast. */
  @Test
  void parseAndWriteWithoutOurs_isRefused() {
    assertThat(BenchLine.refused("throughput", "--contenders", "parse-and-write,pass-through"))
        .contains("add vfr-trees or vfr-all");
  }
}
