package io.vfr.bench.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpCommandTest {
  @Test
  void badArguments_areRefusedWithWhatIsAllowed() {
    assertThat(BenchLine.refused("http", "--contender", "pass-through"))
        .contains("--contender must be vfr-trees or vfr-all, got pass-through");
    assertThat(BenchLine.refused("http", "--symbols", "24"))
        .contains("--symbols must be at least 25");
    assertThat(BenchLine.refused("http", "--requests", "0")).contains("must be positive");
  }

  @Test
  void answerWithoutWhatWasAskedFor_isAnError() throws Exception {
    byte[] answer =
        """
        {"predictions":[{"symbol":"A"},{"symbol":"B"}],"missing":["C"],"stale":[]}
        """
            .getBytes(StandardCharsets.UTF_8);
    HttpProbe.requirePredictions(List.of("A", "B"), answer);
    assertThatThrownBy(() -> HttpProbe.requirePredictions(List.of("A", "B", "C"), answer))
        .hasMessageContaining("asked for [A, B, C], got predictions of [A, B]");
  }

  /** Broker, application, prices and client as they are, too short to tell anything of speed. */
  @Test
  void trees_everyRequestIsAnsweredWithPredictions() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(
                "http",
                "--contender=vfr-trees",
                "--symbols=30",
                "--rate=200",
                "--warm-up=5",
                "--requests=100",
                "--threads=1",
                "--set=models.dir=../models/registry",
                "--json");
    assertThat(exitCode).as(err.toString()).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    JsonNode predictions = answer.get("predictions");
    JsonNode health = answer.get("health");
    assertThat(predictions.get("records").asLong()).isEqualTo(100);
    assertThat(health.get("records").asLong()).isEqualTo(100);
    assertThat(predictions.get("p50Millis").asDouble()).isPositive();
    assertThat(predictions.get("p99Millis").asDouble())
        .isGreaterThanOrEqualTo(predictions.get("p50Millis").asDouble())
        .isLessThanOrEqualTo(predictions.get("maxMillis").asDouble());
    assertThat(predictions.get("bytes").asLong()).isGreaterThan(25 * 500);
    assertThat(health.get("bytes").asLong()).isEqualTo(3);
    assertThat(predictions.get("p99OfHealth").asDouble()).isPositive();
    assertThat(answer.get("pricesPerSecond").asDouble()).isPositive();
  }
}
