package io.vfr.bench.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Asks an instance for predictions and, by turns, for its health, one request after the other over
 * one connection, and takes the time until each answer is there. Each answer is checked.
 */
final class HttpProbe implements AutoCloseable {
  /** Symbols of a request: the most that are allowed. */
  static final int ASKED = 25;

  /** The cheapest that there is: what HTTP and the client take without any work. */
  static final String HEALTH = "/health/live";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final String root;
  private final int symbols;
  private final Random random = new Random(1);
  private final Histogram predictions = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private final Histogram health = new Histogram(LatencyProbe.SIGNIFICANT_DIGITS);
  private String connection = "";
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
  void ask(int times) throws IOException, InterruptedException {
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

  private byte[] get(String path, Histogram times) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE).GET().build();
    long started = System.nanoTime();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    times.recordValue((System.nanoTime() - started) / 1000);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(path + " was answered with " + response.statusCode());
    }
    String label = response.connectionLabel().orElse("");
    if (!connection.isEmpty() && !connection.equals(label)) {
      throw new IllegalStateException("a second connection was opened: " + label);
    }
    connection = label;
    return response.body();
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

  @Override
  public void close() {
    client.close();
  }
}
