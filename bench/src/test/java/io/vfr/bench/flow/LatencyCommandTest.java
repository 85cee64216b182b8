package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyCommandTest {
  @Test
  void badArguments_areRefusedWithWhatIsAllowed() {
    assertThat(BenchLine.refused("latency", "--mode", "sometimes"))
        .contains("--mode must be exactly-once or at-least-once, got 'sometimes'");
    assertThat(BenchLine.refused("latency", "--contenders", "one-day-all"))
        .contains("latency is not measured of one-day-all");
    for (String each : List.of("parse-and-write", "same-records")) {
      assertThat(BenchLine.refused("latency", "--contenders", "pass-through," + each))
          .contains("add vfr-trees or vfr-all");
    }
    assertThat(BenchLine.refused("latency", "--profile", "/there/is/none"))
        .contains("--profile: there is no directory /there/is/none");
    assertThat(BenchLine.refused("latency", "--rate", "0")).contains("must be positive");
    assertThat(BenchLine.refused("latency", "--linger", "1001"))
        .contains("--linger must be 0..1000 milliseconds, got 1001");
    assertThat(BenchLine.refused("latency", "--compute", "1001"))
        .contains("--compute must be 0..1000 microseconds, got 1001");
  }

  /** Broker, contender and probe as they are, too short to tell anything of speed. */
  @Test
  void passThrough_everyPriceIsMeasuredOnceAndTheMeasuredPartRecorded(@TempDir Path profiles)
      throws Exception {
    JsonNode line = measured("pass-through", "--profile=" + profiles).get("pass-through");
    try (RecordingFile recording =
        new RecordingFile(profiles.resolve("bench-pass-through-1.jfr"))) {
      assertThat(recording.hasMoreEvents()).isTrue();
    }
    assertThat(line.get("records").asLong()).isEqualTo(1000);
    double p50 = line.get("p50Millis").asDouble();
    assertThat(p50).isPositive();
    assertThat(line.get("p99Millis").asDouble()).isGreaterThanOrEqualTo(p50);
    assertThat(line.get("maxMillis").asDouble())
        .isGreaterThanOrEqualTo(line.get("p999Millis").asDouble());
    assertThat(line.get("p99OfPassThrough").asDouble()).isEqualTo(1);
    assertThat(line.get("cpuPercent").asDouble()).isPositive();
    assertThat(line.get("brokerCpuPercent").asDouble()).isPositive();
    assertThat(line.get("coreWaitPercent").asDouble()).isNotNegative();
    assertThat(line.get("threadPercent").get("streams").asDouble()).isPositive();
    assertThat(line.get("brokerThreadPercent").get("others").asDouble()).isPositive();
    // Stream threads are the contender's alone.
    assertThat(line.get("brokerThreadPercent").get("streams").asDouble()).isZero();
  }

  @Test
  void thoseThatWriteAgain_behindOurs_areMeasuredLikeIt() throws Exception {
    JsonNode lines = measured("vfr-trees,parse-and-write,same-records", "--compute=5");
    for (String each : List.of("vfr-trees", "parse-and-write", "same-records")) {
      assertThat(lines.get(each).get("records").asLong()).isEqualTo(1000);
    }
    assertThat(lines.get("vfr-trees").has("computeMicros")).isFalse();
    assertThat(lines.get("same-records").get("computeMicros").asInt()).isEqualTo(5);
  }

  private static JsonNode measured(String contenders, String... more) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                "latency",
                "--contenders=" + contenders,
                "--rate=500",
                "--symbols=20",
                "--linger=1",
                "--warm-up=1",
                "--seconds=2",
                "--json"));
    line.addAll(List.of(more));
    return new ObjectMapper().readTree(BenchLine.printed(line.toArray(String[]::new)));
  }
}
