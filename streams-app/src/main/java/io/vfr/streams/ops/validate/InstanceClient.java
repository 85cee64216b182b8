package io.vfr.streams.ops.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks one instance over HTTP. */
public final class InstanceClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI url;
  private final Optional<String> token;

  /**
   * Creates a client.
   *
   * @param url of an instance, such as {@code http://127.0.0.1:8080}
   * @param token its bearer token, if it wants one
   */
  public InstanceClient(URI url, Optional<String> token) {
    this.url = url;
    this.token = token;
  }

  /**
   * Asks.
   *
   * @param path below the URL, with its query
   * @throws InstanceException if the instance does not answer, or not with a success
   */
  public <T> T get(String path, Class<T> type) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).timeout(TIMEOUT);
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new InstanceException(url + " answers " + path + ": " + refusal(response));
      }
      return JSON.readValue(response.body(), type);
    } catch (IOException e) {
      throw new InstanceException(
          url + " does not answer " + path + " (" + e + "); is an instance running there?", e);
    }
  }

  private static String refusal(HttpResponse<byte[]> response) throws IOException {
    String message = "HTTP " + response.statusCode();
    if (response.headers().firstValue("content-type").orElse("").startsWith("application/json")) {
      JsonNode error = JSON.readTree(response.body()).path("error");
      message += ", " + error.path("message").asText();
    }
    return message;
  }

  @Override
  public void close() {
    client.close();
  }
}
