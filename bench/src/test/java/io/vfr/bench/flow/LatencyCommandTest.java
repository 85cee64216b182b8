package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LatencyCommandTest {
  @Test
  void badArguments_areRefusedWithWhatIsAllowed() {
    assertThat(BenchLine.refused("latency", "--mode", "sometimes"))
        .contains("--mode must be exactly-once or at-least-once, got 'sometimes'");
    assertThat(BenchLine.refused("latency", "--contenders", "parse-and-write"))
        .contains("latency is not measured of parse-and-write");
    assertThat(BenchLine.refused("latency", "--rate", "0")).contains("must be positive");
  }

  /** Broker, contender and probe as they are, too short to tell anything of speed. */
  @Test
  void passThrough_everyPriceIsMeasuredOnce() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(
                "latency",
                "--contenders=pass-through",
                "--rate=500",
                "--symbols=20",
                "--warm-up=1",
                "--seconds=2",
                "--json");
    assertThat(exitCode).as(err.toString()).isZero();
    JsonNode line = new ObjectMapper().readTree(out.toString()).get("pass-through");
    assertThat(line.get("records").asLong()).isEqualTo(1000);
    double p50 = line.get("p50Millis").asDouble();
    assertThat(p50).isPositive();
    assertThat(line.get("p99Millis").asDouble()).isGreaterThanOrEqualTo(p50);
    assertThat(line.get("maxMillis").asDouble())
        .isGreaterThanOrEqualTo(line.get("p999Millis").asDouble());
    assertThat(line.get("p99OfPassThrough").asDouble()).isEqualTo(1);
  }
}
