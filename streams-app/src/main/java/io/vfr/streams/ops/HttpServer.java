package io.vfr.streams.ops;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.streams.config.HttpConfig;
import io.vfr.streams.ops.api.JsonAnswers;
import io.vfr.streams.ops.api.WebPage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of one instance: health probes for the orchestrator, metrics for Prometheus, the
 * API below {@code /v1} and the page that shows it. Where a bearer token is configured, all but the
 * probes and the page's files, which hold no data, want it.
 */
public final class HttpServer implements AutoCloseable {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** No request of this API has a body; what is longer is refused unread. */
  private static final long PAYLOAD_BYTES_MAX = 16 << 10;

  /** Connections beyond wait to be accepted, so that a client that opens many costs no memory. */
  static final int CONNECTIONS_MAX = 512;

  /** A connection on which nothing comes or goes for so long is closed. */
  private static final Duration IDLE_MAX = Duration.ofSeconds(30);

  private static final Duration IDLE_CHECK = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private static final HeaderName CONTENT_TYPE_OPTIONS =
      HeaderNames.create("X-Content-Type-Options");
  private static final HeaderName CONTENT_SECURITY_POLICY =
      HeaderNames.create("Content-Security-Policy");
  private static final HeaderName REFERRER_POLICY = HeaderNames.create("Referrer-Policy");

  private final WebServer server;
  private final HttpConfig config;

  /**
   * Starts the server.
   *
   * @param api the services below {@code /v1}
   * @throws IllegalStateException if the address cannot be bound
   */
  public HttpServer(
      HttpConfig config,
      BooleanSupplier live,
      BooleanSupplier ready,
      Supplier<String> metrics,
      HttpService... api) {
    this.config = config;
    if (isExposed(config)) {
      LOG.warn(
          "http.host {} can be reached from other machines and http.token is not set: whoever"
              + " reaches it reads predictions, metrics and models",
          config.host());
    }
    server =
        WebServer.builder()
            .host(config.host())
            .port(config.port())
            .shutdownHook(false)
            .maxPayloadSize(PAYLOAD_BYTES_MAX)
            .maxTcpConnections(CONNECTIONS_MAX)
            .idleConnectionTimeout(IDLE_MAX)
            .idleConnectionPeriod(IDLE_CHECK)
            // An answer of several packets must not wait for the acknowledgement of the first.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .routing(routing -> route(routing, live, ready, metrics, api))
            .build();
    server.start();
    if (!server.isRunning()) {
      throw new IllegalStateException(
          "http.host "
              + config.host()
              + ", http.port "
              + config.port()
              + " cannot be bound; is the port in use? 0 takes a free one");
    }
  }

  /** Whether others than this machine may ask without a token. */
  static boolean isExposed(HttpConfig config) {
    if (config.token().isPresent()) {
      return false;
    }
    try {
      return !InetAddress.getByName(config.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // It will not be bound either.
      return false;
    }
  }

  private void route(
      HttpRouting.Builder routing,
      BooleanSupplier live,
      BooleanSupplier ready,
      Supplier<String> metrics,
      HttpService... api) {
    routing
        .addFilter(this::guard)
        .get(LIVE, (request, response) -> health(response, live.getAsBoolean()))
        .get(READY, (request, response) -> health(response, ready.getAsBoolean()))
        .get(
            "/metrics",
            (request, response) ->
                response.header(HeaderNames.CONTENT_TYPE, PROMETHEUS).send(metrics.get()))
        .register("/v1", api);
    new WebPage().route(routing);
  }

  private static void health(ServerResponse response, boolean up) {
    response
        .status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503)
        .header(HeaderNames.CONTENT_TYPE, PLAIN)
        .send(up ? "UP\n" : "DOWN\n");
  }

  /** Lets a request through that is a probe or authorized; unknown paths are guarded too. */
  private void guard(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    response
        .header(CONTENT_TYPE_OPTIONS, "nosniff")
        .header(
            CONTENT_SECURITY_POLICY,
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
        .header(REFERRER_POLICY, "no-referrer")
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    String path = request.path().path();
    if (path.equals(LIVE) || path.equals(READY) || WebPage.has(path) || authorized(request)) {
      chain.proceed();
      return;
    }
    response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    JsonAnswers.sendError(
        response,
        Status.UNAUTHORIZED_401,
        "UNAUTHORIZED",
        "this instance wants the bearer token of http.token");
  }

  private boolean authorized(ServerRequest request) {
    if (config.token().isEmpty()) {
      return true;
    }
    byte[] wanted = ("Bearer " + config.token().get()).getBytes(StandardCharsets.UTF_8);
    byte[] given =
        request
            .headers()
            .first(HeaderNames.AUTHORIZATION)
            .orElse("")
            .getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(wanted, given);
  }

  /** The port that is bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
