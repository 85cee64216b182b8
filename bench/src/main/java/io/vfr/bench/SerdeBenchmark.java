package io.vfr.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vfr.schemas.Codecs;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A price read and checked, a prediction with four models written; beside them Jackson's
 * ObjectMapper, which reads into a record without checks and writes from a tree.
 */
@BenchmarkMode(Mode.SampleTime) // its medians stand on a busy machine
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class SerdeBenchmark {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A price as ObjectMapper reads it. */
  public record Price(
      String symbol, long ts, double open, double high, double low, double close, double volume) {}

  private final byte[] price =
      Codecs.PRICE.write(
          new PriceBar(
              "AAPL", 1_400_000_000_000L, 187.15, 188.44, 183.88, 185.64, 82_488_700, null));

  private final byte[] predictionBytes = predictionJson().getBytes(StandardCharsets.UTF_8);
  private final Prediction prediction = Codecs.PREDICTION.read(predictionBytes);
  private final JsonNode tree = tree();

  private JsonNode tree() {
    try {
      return JSON.readTree(predictionBytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String predictionJson() {
    StringBuilder models = new StringBuilder();
    for (String id :
        new String[] {
          "ensemble-meta-v4",
          "mean-reversion-xgb-v2",
          "momentum-lstm-v3",
          "volatility-transformer-v1"
        }) {
      models
          .append(models.isEmpty() ? "" : ",")
          .append("{\"id\":\"")
          .append(id)
          .append("\",\"version\":\"1.0.0\",\"digest\":\"")
          .append("73a858d01c78de55".repeat(4))
          .append("\",\"output\":0.04500068724155426,\"signal\":\"BULLISH\",")
          .append("\"weight\":0.24831572325507661,\"confidence\":0.07030403940007093,")
          .append("\"latencyMicros\":2,\"status\":\"ok\"}");
    }
    StringBuilder drivers = new StringBuilder();
    for (String feature : new String[] {"rsi_50", "rsi_14", "momentum_1d", "vix", "adx_14"}) {
      drivers
          .append(drivers.isEmpty() ? "" : ",")
          .append("{\"feature\":\"")
          .append(feature)
          .append("\",\"value\":42.49586437257003,\"contribution\":8.107272053633214E-5}");
    }
    return "{\"id\":\"vfr.prices-4-683-b9ccc0130a36\",\"symbol\":\"AAPL\",\"ts\":1779840000000,"
        + "\"producedAt\":1795575290952,\"expiresAt\":1780012800000,\"horizon\":\"1d\","
        + "\"expectedReturn\":2.6447508587482485E-4,\"direction\":\"UP\","
        + "\"probability\":{\"up\":0.3700049864128232,\"neutral\":0.313415152952075,"
        + "\"down\":0.3165798606351018},\"confidence\":0.05500747961923483,"
        + "\"interval\":{\"lower\":-0.02621113883011206,\"upper\":0.02674008900186171,"
        + "\"coverage\":0.9},\"volatility\":0.0170035008341074,"
        + "\"consensus\":{\"signal\":\"BULLISH\",\"score\":100,\"confidence\":1,"
        + "\"lowConsensus\":false,\"breakdown\":{\"bullish\":3,\"bearish\":0,\"neutral\":1}},"
        + "\"models\":["
        + models
        + "],\"drivers\":["
        + drivers
        + "],\"driversMethod\":\"path\",\"features\":{\"schema\":\"vfr-features/1:8fb392d43cc5\","
        + "\"completeness\":0.85,\"imputed\":[]},\"degraded\":false,\"degradedReasons\":[],"
        + "\"source\":{\"topic\":\"vfr.prices\",\"partition\":4,\"offset\":683},"
        + "\"latencyMillis\":8535}";
  }

  /** Ours: parsed, every field checked. */
  @Benchmark
  public PriceEvent readPrice() {
    if (Codecs.PRICE.parse(price) instanceof Parsed.Accepted<PriceEvent>(PriceEvent event)) {
      return event;
    }
    throw new IllegalStateException("the price was refused");
  }

  /** Jackson's. */
  @Benchmark
  public Price jacksonReadPrice() throws IOException {
    return JSON.readValue(price, Price.class);
  }

  /** Ours. */
  @Benchmark
  public byte[] writePrediction() {
    return Codecs.PREDICTION.write(prediction);
  }

  /** Jackson's. */
  @Benchmark
  public byte[] jacksonWritePrediction() throws JsonProcessingException {
    return JSON.writeValueAsBytes(tree);
  }
}
