package io.vfr.streams.ops.cluster;

import io.vfr.streams.config.HttpConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * Asks other instances over HTTP what only they know. A request says that it was passed on, so that
 * none is passed on twice. Thread-safe.
 */
public final class PeerClient implements AutoCloseable {
  /** Header of a request that another instance has passed on. */
  public static final String FORWARDED = "VFR-Forwarded";

  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final HttpConfig config;

  /** Made with the first request: it reads the certificates of the machine, which takes a while. */
  private @Nullable HttpClient client;

  private boolean closed;

  /** What an instance has answered. */
  public record Answer(int status, byte[] body) {
    /** Whether it has what it was asked for. */
    public boolean isOk() {
      return status == 200;
    }
  }

  /**
   * Creates a client.
   *
   * @param config has the token that all instances share
   */
  public PeerClient(HttpConfig config) {
    this.config = config;
  }

  /**
   * Asks an instance.
   *
   * @param path path and query, as it came
   * @return fails if the instance does not answer within two seconds
   */
  public CompletableFuture<Answer> get(HostInfo instance, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://" + instance.host() + ":" + instance.port() + path))
            .timeout(TIMEOUT)
            .header(FORWARDED, "true");
    config.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    HttpClient open = client();
    if (open == null) {
      return CompletableFuture.failedFuture(new IOException("closed"));
    }
    return open.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> new Answer(response.statusCode(), response.body()));
  }

  private synchronized @Nullable HttpClient client() {
    if (client == null && !closed) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .build();
    }
    return client;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdownNow();
    }
  }
}
