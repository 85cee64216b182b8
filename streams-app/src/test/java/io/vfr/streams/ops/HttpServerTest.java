package io.vfr.streams.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfr.streams.config.HttpConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HttpServerTest {
  private final AtomicBoolean ready = new AtomicBoolean();

  @Test
  void health_tellsLiveAndReadyApart() throws Exception {
    try (HttpServer server = server(Optional.empty())) {
      assertThat(get(server, "/health/live", "").statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/ready", "").statusCode()).isEqualTo(503);
      ready.set(true);
      assertThat(get(server, "/health/ready", "").statusCode()).isEqualTo(200);
      assertThat(get(server, "/elsewhere", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void token_guardsEverythingButTheProbes() throws Exception {
    try (HttpServer server = server(Optional.of("s3cret"))) {
      assertThat(get(server, "/health/live", "").statusCode()).isEqualTo(200);
      assertThat(get(server, "/metrics", "").statusCode()).isEqualTo(401);
      assertThat(get(server, "/metrics", "Bearer wrong").statusCode()).isEqualTo(401);
      HttpResponse<String> answer = get(server, "/metrics", "Bearer s3cret");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("vfr_up 1\n");
    }
  }

  @Test
  void everyAnswer_hasSecurityHeaders_andLongRequestsAreRefused() throws Exception {
    try (HttpServer server = server(Optional.of("s3cret"))) {
      for (String authorization : List.of("Bearer s3cret", "Bearer wrong")) {
        HttpResponse<String> answer = get(server, "/metrics", authorization);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
            .contains("frame-ancestors 'none'");
      }
      assertThat(get(server, "/metrics", "Bearer s3cre").statusCode()).isEqualTo(401);
      assertThat(get(server, "/metrics", "Bearer s3cretx").statusCode()).isEqualTo(401);
      assertThat(get(server, "/metrics", "s3cret").statusCode()).isEqualTo(401);
      assertThat(get(server, "/health/live" + "x".repeat(100_000), "").statusCode())
          .isBetween(400, 431);
      assertThat(get(server, "/metrics", "Bearer " + "x".repeat(100_000)).statusCode())
          .isBetween(400, 431);
      assertThat(get(server, "/health/../metrics", "").statusCode()).isEqualTo(401);
      assertThat(get(server, "/health/live/%2e%2e/%2e%2e/metrics", "").statusCode()).isEqualTo(401);
      assertThat(get(server, "/health/live", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isExposed_otherThanLoopbackWithoutAToken() {
    assertThat(
            HttpServer.isExposed(new HttpConfig("0.0.0.0", 0, Optional.empty(), Optional.empty())))
        .isTrue();
    assertThat(
            HttpServer.isExposed(new HttpConfig("0.0.0.0", 0, Optional.empty(), Optional.of("t"))))
        .isFalse();
    assertThat(
            HttpServer.isExposed(
                new HttpConfig("127.0.0.1", 0, Optional.empty(), Optional.empty())))
        .isFalse();
    assertThat(HttpServer.isExposed(new HttpConfig("::1", 0, Optional.empty(), Optional.empty())))
        .isFalse();
  }

  @Test
  void takenPort_isNamedInTheError() {
    try (HttpServer server = server(Optional.empty())) {
      int port = server.port();
      assertThatThrownBy(() -> server(port, Optional.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("http.port " + port);
    }
  }

  /**
   * Clients that hold connections and ask nothing take no more than so many; the next one waits.
   */
  @Test
  void connectionsBeyondTheLimit_waitForOneThatEnds() throws Exception {
    List<Socket> held = new ArrayList<>();
    try (HttpServer server = server(Optional.empty())) {
      for (int i = 0; i < HttpServer.CONNECTIONS_MAX; i++) {
        held.add(connect(server));
        // Answered, so accepted: what only waits in the kernel's queue counts for nothing.
        ask(held.getLast());
        assertThat(held.getLast().getInputStream().read()).isEqualTo('H');
      }
      Socket next = connect(server);
      held.add(next);
      ask(next);
      next.setSoTimeout(500);
      assertThatThrownBy(() -> next.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      held.removeFirst().close();
      next.setSoTimeout(30_000);
      assertThat(next.getInputStream().read()).isEqualTo('H');
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  private static Socket connect(HttpServer server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
  }

  private HttpServer server(Optional<String> token) {
    return server(0, token);
  }

  private HttpServer server(int port, Optional<String> token) {
    return new HttpServer(
        new HttpConfig("127.0.0.1", port, Optional.empty(), token),
        () -> true,
        ready::get,
        () -> "vfr_up 1\n");
  }

  private static HttpResponse<String> get(HttpServer server, String path, String authorization)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
