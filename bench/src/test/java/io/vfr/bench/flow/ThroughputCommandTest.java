package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThroughputCommandTest {
  @Test
  void unknownContender_isRefusedWithThoseThereAre() {
    assertThat(BenchLine.refused("throughput", "--contenders", "vfr-trees,vfr-forest"))
        .contains(
            "--contenders",
            "'vfr-forest' is none of pass-through, parse-and-write, same-records, one-day, one-day-all, vfr-trees, vfr-all");
  }

  /** It would write nothing, and be taken for fast. */
  @Test
  void thoseThatWriteAgainWithoutOurs_areRefused() {
    for (String each : List.of("parse-and-write", "same-records")) {
      assertThat(BenchLine.refused("throughput", "--contenders", each + ",pass-through"))
          .contains("add vfr-trees or vfr-all");
    }
  }

  @Test
  void numbersThatAreNone_areRefused() {
    assertThat(BenchLine.refused("throughput", "--instances", "1,0"))
        .contains("--instances must be positive");
  }

  @Test
  void measured_cpuAndMemoryAreOfAllInstances() {
    Measured all =
        Measured.of(
            Contender.VFR_TREES,
            1000,
            2,
            8_000_000,
            List.of(
                new Usage(30_000_000, Map.of("streams", 9_000_000L), 400, 500),
                new Usage(20_000_000, Map.of("streams", 1_000_000L), 300, 350)));
    assertThat(all)
        .isEqualTo(new Measured("vfr-trees", 1000, 2, 50, Map.of("streams", 10.0), 8, 700, 850));
    assertThat(all.recordsPerSecond()).isEqualTo(500);
  }

  /** Two processes warm up and then share the work; too short to tell anything of speed. */
  @Test
  void passThrough_twoInstances_areMeasuredTogether() throws Exception {
    try (BenchBroker kafka = BenchBroker.startForGroups()) {
      PriceFeed feed = new PriceFeed(100, 5000, 1);
      feed.send(kafka.bootstrapServers());
      Measured measured =
          new ThroughputRun(kafka, feed, 1, 2, "256m", List.of(), null)
              .of(Contender.PASS_THROUGH, "bench-two", List.of());
      assertThat(measured.records()).isBetween(1L, feed.records());
      assertThat(measured.recordsPerSecond()).isPositive();
      assertThat(measured.cpuMicros()).isPositive();
      assertThat(measured.brokerMicros()).isPositive();
    }
  }
}
