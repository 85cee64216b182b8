package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.schemas.Bounds;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.emit.LatestPrediction;
import io.vfr.streams.ops.cluster.PeerClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code /predictions/{symbol}} and {@code /predictions?symbols=A,B}: the latest predictions that
 * readers of the topic see, as the messages that they are in {@code vfr.predictions}, of whatever
 * instance. The first takes {@code explain=shap} for exact drivers.
 */
public final class PredictionApi implements HttpService {
  /** Most symbols of one request. */
  static final int SYMBOLS_MAX = 25;

  private static final Collector<CharSequence, ?, String> NAMES = Collectors.joining(",", "[", "]");

  private static final String SYMBOLS = "symbols";
  private static final String EXPLAIN = "explain";
  private static final String SHAP = "shap";

  private final PredictionLookup lookup;
  private final Explanations explanations;
  private final PeerClient peers;

  /** Creates the service, to be registered below the API's root. */
  public PredictionApi(PredictionLookup lookup, Explanations explanations, PeerClient peers) {
    this.lookup = lookup;
    this.explanations = explanations;
    this.peers = peers;
  }

  @Override
  public void routing(HttpRules rules) {
    // With a plus, for a symbol may hold slashes.
    rules
        .get("/predictions/{+symbol}", answering(this::one))
        .get("/predictions", answering(this::many));
  }

  private void one(ServerRequest request, ServerResponse response) {
    String symbol = ApiHandlers.symbol(request);
    boolean explain = isExplained(request.query());
    boolean forwarded = ApiHandlers.isForwarded(request);
    if (explain) {
      explain(symbol, forwarded, response);
      return;
    }
    Map<String, Found> found =
        forwarded ? lookup.findHere(List.of(symbol)) : lookup.find(List.of(symbol));
    Found one = found.get(symbol);
    if (one == null) {
      throw unknown(symbol);
    }
    ApiHandlers.headers(response, one.instance(), one.stale());
    JsonAnswers.send(response, one.json());
  }

  private void explain(String symbol, boolean forwarded, ServerResponse response) {
    Optional<HostInfo> elsewhere = forwarded ? Optional.empty() : lookup.elsewhere(symbol);
    if (elsewhere.isPresent()) {
      Forwarding.relay(
          peers,
          elsewhere.get(),
          "/v1/predictions/" + Forwarding.encoded(symbol) + "?" + EXPLAIN + "=" + SHAP,
          response);
      return;
    }
    LatestPrediction latest = lookup.here(symbol);
    if (latest == null) {
      throw unknown(symbol);
    }
    Prediction prediction = explanations.explained(latest);
    ApiHandlers.headers(response, lookup.self(), false);
    JsonAnswers.send(response, Topics.PREDICTIONS.codec().write(prediction));
  }

  private static ApiException unknown(String symbol) {
    return new ApiException(
        Status.NOT_FOUND_404,
        "UNKNOWN_SYMBOL",
        "there is no prediction of "
            + Bounds.quote(symbol)
            + ": no price of it has come, or none lately");
  }

  private void many(ServerRequest request, ServerResponse response) {
    Set<String> symbols = symbols(request.query());
    Map<String, Found> found =
        ApiHandlers.isForwarded(request) ? lookup.findHere(symbols) : lookup.find(symbols);
    List<String> missing = new ArrayList<>();
    List<String> stale = new ArrayList<>();
    ByteArrayOutputStream json = new ByteArrayOutputStream(symbols.size() * 2_048);
    json.writeBytes(ascii("{\"predictions\":["));
    boolean first = true;
    for (String symbol : symbols) {
      Found one = found.get(symbol);
      if (one == null) {
        missing.add(symbol);
        continue;
      }
      if (one.stale()) {
        stale.add(symbol);
      }
      json.writeBytes(ascii(first ? "" : ","));
      json.writeBytes(one.json());
      first = false;
    }
    json.writeBytes(ascii("],\"missing\":" + names(missing) + ",\"stale\":" + names(stale) + "}"));
    ApiHandlers.headers(response, lookup.self(), !stale.isEmpty());
    JsonAnswers.send(response, json.toByteArray());
  }

  /** No character of a symbol needs escaping. */
  private static String names(List<String> symbols) {
    return symbols.stream().map(symbol -> '"' + symbol + '"').collect(NAMES);
  }

  private static boolean isExplained(UriQuery query) {
    allowOnly(query, EXPLAIN);
    List<String> values = query.all(EXPLAIN, List::of);
    for (String value : values) {
      if (!value.equals(SHAP)) {
        throw ApiException.badRequest(
            "explain is "
                + Bounds.quote(value)
                + "; allowed is "
                + SHAP
                + ", or no explain at all");
      }
    }
    return !values.isEmpty();
  }

  private static Set<String> symbols(UriQuery query) {
    if (query.contains(EXPLAIN)) {
      throw ApiException.badRequest(
          "explain works for one symbol at a time: /v1/predictions/{symbol}?explain=" + SHAP);
    }
    allowOnly(query, SYMBOLS);
    Set<String> symbols = new LinkedHashSet<>();
    for (String value : query.all(SYMBOLS, List::of)) {
      for (String symbol : value.split(",", -1)) {
        symbols.add(ApiHandlers.symbol(symbol));
      }
    }
    if (symbols.isEmpty() || symbols.size() > SYMBOLS_MAX) {
      throw ApiException.badRequest(
          "symbols names "
              + symbols.size()
              + " symbols; allowed are 1 to "
              + SYMBOLS_MAX
              + ", separated by commas");
    }
    return symbols;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
