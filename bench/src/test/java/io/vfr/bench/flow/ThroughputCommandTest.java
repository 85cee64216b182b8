package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** Processes warm up and then share the work; too short to tell anything of speed. */
  @Test
  void severalNumbersOfInstances_areLinesOfOneTable_comparedWithTheFirst() throws Exception {
    String printed =
        BenchLine.printed(
            "throughput",
            "--contenders=pass-through",
            "--instances=1,2",
            "--symbols=100",
            "--days=5000",
            "--threads=1",
            "--rounds=1",
            "--json");
    JsonNode lines = new ObjectMapper().readTree(printed);
    assertThat(lines.properties()).hasSize(2);
    assertThat(lines.at("/pass-through-x1/ofFirst").asDouble()).isEqualTo(1);
    assertThat(lines.at("/pass-through-x2/ofFirst").asDouble())
        .isEqualTo(
            lines.at("/pass-through-x2/recordsPerSecond").asDouble()
                / lines.at("/pass-through-x1/recordsPerSecond").asDouble());
    JsonNode two = lines.at("/pass-through-x2/rounds/0");
    assertThat(two.get("records").asLong()).isBetween(1L, 500_000L);
    assertThat(two.get("cpuMicros").asDouble()).isPositive();
    assertThat(two.get("brokerMicros").asDouble()).isPositive();
  }

  /** A part that a change of names has lost would have nothing. */
  @Test
  void recordingOfOurs_hasSamplesOfEachOfItsLargeParts(@TempDir Path directory) throws Exception {
    String printed =
        BenchLine.printed(
            "throughput",
            "--contenders=vfr-trees",
            "--symbols=200",
            "--days=900",
            "--side-inputs",
            "--rounds=1",
            "--profile=" + directory);
    assertThat(printed).contains("; " + SideFeed.records(200, 900) + " other inputs");
    String recording = directory.resolve("bench-vfr-trees-1.jfr").toString();
    JsonNode profile =
        new ObjectMapper().readTree(BenchLine.printed("profile", recording, "--json"));
    assertThat(profile.get("samples").asInt()).isGreaterThan(150);
    JsonNode cpu = profile.get("cpuPercent");
    for (String part :
        List.of(
            "appending to the producer's batches: LZ4",
            "sending requests, and learning what arrived",
            "JSON of what is written: digits of numbers",
            "JSON of what is written: the rest",
            "trees with path attribution, input rows, ranking of drivers",
            "emitting: alerts, what is shown, counters",
            "settling: outcomes, intervals, waiting predictions, drift",
            "changes of state, RocksDB",
            "features and bars",
            "Kafka Streams, consumer, commits, the rest")) {
      assertThat(cpu.get(part).asDouble()).as(part).isPositive();
    }
    assertThat(BenchLine.printed("profile", recording)).contains("features and bars");
  }
}
