package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.Status;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import io.vfr.schemas.Bounds;
import io.vfr.streams.ops.view.OutputView;
import io.vfr.streams.ops.view.ViewData;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /stream}: what the application tells the world, as server-sent events, of all instances.
 * It begins with the newest prediction of every symbol and the last alerts, and then tells what
 * comes, four times a second; of several predictions of a symbol that come meanwhile only the last.
 * Takes {@code symbols} and {@code types}.
 */
public final class StreamApi implements HttpService, AutoCloseable {
  /** Most clients at a time; each holds a connection. */
  static final int CLIENTS_MAX = 64;

  /** Most symbols that a client can ask for. */
  static final int SYMBOLS_MAX = 1_000;

  private static final int FIRST_ALERTS = 200;

  /** Of so many symbols earlier predictions are told too, where they are wanted. */
  private static final int FIRST_HISTORIES = 300;

  private static final int FIRST_LETTERS = 20;
  private static final Duration TURN = Duration.ofMillis(250);
  private static final Duration ALIVE = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(StreamApi.class);

  private final OutputView view;
  private final Semaphore clients = new Semaphore(CLIENTS_MAX);
  private volatile boolean closed;

  /** Creates the service, to be registered below the API's root. */
  public StreamApi(OutputView view) {
    this.view = view;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.get("/stream", answering(this::stream));
  }

  private void stream(ServerRequest request, ServerResponse response) {
    UriQuery query = request.query();
    allowOnly(query, "symbols", "types");
    StreamClient client = new StreamClient(types(query), symbols(query));
    if (!clients.tryAcquire()) {
      throw new ApiException(
          Status.SERVICE_UNAVAILABLE_503,
          "TOO_MANY_CLIENTS",
          "this instance streams to " + CLIENTS_MAX + " clients already");
    }
    try {
      view.add(client);
      first(client, view.look());
      send(client, response);
    } finally {
      view.remove(client);
      clients.release();
    }
  }

  private void send(StreamClient client, ServerResponse response) {
    try (SseSink sink = response.sink(SseSink.TYPE)) {
      follow(client, sink);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The client is gone; how that shows depends on what was being written.
      LOG.debug("A client of the stream is gone", e);
    }
  }

  private static void first(StreamClient client, ViewData read) {
    read.latest().forEach(client::prediction);
    if (client.wantsHistory()) {
      read.latest().keySet().stream()
          .limit(FIRST_HISTORIES)
          .forEach(symbol -> client.history(symbol, read.points(symbol)));
    }
    read.alerts().stream().limit(FIRST_ALERTS).toList().reversed().forEach(client::alert);
    read.letters().stream().limit(FIRST_LETTERS).toList().reversed().forEach(client::deadLetter);
  }

  private void follow(StreamClient client, SseSink sink) throws InterruptedException {
    long told = 0;
    while (!closed && view.isReading()) {
      List<StreamClient.Event> events = client.take();
      for (StreamClient.Event event : events) {
        sink.emit(SseEvent.builder().name(event.type()).data(event.json()).build());
      }
      long now = System.nanoTime();
      if (!events.isEmpty()) {
        told = now;
      } else if (now - told > ALIVE.toNanos()) {
        // Also how it is found out that a client has gone.
        sink.emit(SseEvent.builder().comment("alive").data("").build());
        told = now;
      }
      Thread.sleep(TURN);
    }
  }

  private static Set<String> types(UriQuery query) {
    Set<String> types = new LinkedHashSet<>();
    for (String value : query.all("types", List::of)) {
      types.addAll(Arrays.asList(value.split(",", -1)));
    }
    for (String type : types) {
      if (!StreamClient.TYPES.contains(type)) {
        throw ApiException.badRequest(
            "types names "
                + Bounds.quote(type)
                + "; allowed are "
                + String.join(", ", new TreeSet<>(StreamClient.TYPES)));
      }
    }
    if (types.isEmpty()) {
      types.addAll(StreamClient.TYPES);
      // Only for those who ask: what is not told live is no event of its own.
      types.remove("history");
    }
    return types;
  }

  private static Set<String> symbols(UriQuery query) {
    Set<String> symbols = new LinkedHashSet<>();
    for (String value : query.all("symbols", List::of)) {
      for (String symbol : value.split(",", -1)) {
        symbols.add(ApiHandlers.symbol(symbol));
      }
    }
    if (symbols.size() > SYMBOLS_MAX) {
      throw ApiException.badRequest(
          "symbols names " + symbols.size() + " symbols; allowed are " + SYMBOLS_MAX);
    }
    return symbols;
  }

  /** Ends every stream. */
  @Override
  public void close() {
    closed = true;
  }
}
