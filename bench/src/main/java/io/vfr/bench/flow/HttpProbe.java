package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Asks an instance for predictions and, by turns, for its health, one request after the other over
 * a connection that is kept, and takes the time until each answer is there. Each answer is checked.
 *
 * <p>Asks on the calling thread: {@code java.net.http} hands each answer from thread to thread,
 * which takes longer than the answer where all cores are busy.
 */
final class HttpProbe {
  /** Symbols of a request: the most that are allowed. */
  static final int ASKED = 25;

  /** The cheapest that there is: what HTTP and the client take without any work. */
  static final String HEALTH = "/health/live";

  private static final int PATIENCE_MILLIS = 30_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String root;
  private final int symbols;
  private final Random random = new Random(1);
  private final Histogram predictions = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private final Histogram health = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private long predictionBytes;
  private long healthBytes;

  /**
   * Asks nothing yet.
   *
   * @param symbols how many there are: {@link PriceFeed#symbol} names them
   */
  HttpProbe(int port, int symbols) {
    root = "http://127.0.0.1:" + port;
    this.symbols = symbols;
  }

  /**
   * Asks so many times for each and measures it, instead of what was measured before.
   *
   * @throws IllegalStateException if an answer is not what was asked for
   */
  void ask(int times) throws IOException {
    predictions.reset();
    health.reset();
    predictionBytes = 0;
    healthBytes = 0;
    for (int i = 0; i < times; i++) {
      List<String> asked =
          random.ints(0, symbols).distinct().limit(ASKED).mapToObj(PriceFeed::symbol).toList();
      byte[] answer = get("/v1/predictions?symbols=" + String.join(",", asked), predictions);
      requirePredictions(asked, answer);
      predictionBytes += answer.length;
      healthBytes += get(HEALTH, health).length;
    }
  }

  private byte[] get(String path, Histogram times) throws IOException {
    HttpURLConnection request =
        (HttpURLConnection) URI.create(root + path).toURL().openConnection();
    request.setConnectTimeout(PATIENCE_MILLIS);
    request.setReadTimeout(PATIENCE_MILLIS);
    long started = System.nanoTime();
    int status = request.getResponseCode();
    if (status != 200) {
      throw new IllegalStateException(path + " was answered with " + status);
    }
    byte[] answer;
    try (InputStream body = request.getInputStream()) {
      answer = body.readAllBytes();
    }
    times.recordValue((System.nanoTime() - started) / 1000);
    return answer;
  }

  /** Outside of what is measured. */
  static void requirePredictions(List<String> asked, byte[] answer) throws IOException {
    List<String> got = new ArrayList<>();
    for (JsonNode prediction : JSON.readTree(answer).path("predictions")) {
      got.add(prediction.path("symbol").asText());
    }
    if (!got.equals(asked)) {
      throw new IllegalStateException("asked for " + asked + ", got predictions of " + got);
    }
  }

  /** Microseconds of the answers with predictions. */
  Histogram predictions() {
    return predictions;
  }

  /** Microseconds of the answers about health. */
  Histogram health() {
    return health;
  }

  /** Mean size of an answer with predictions. */
  long predictionBytes() {
    return predictionBytes / Math.max(1, predictions.getTotalCount());
  }

  /** Mean size of an answer about health. */
  long healthBytes() {
    return healthBytes / Math.max(1, health.getTotalCount());
  }
}
