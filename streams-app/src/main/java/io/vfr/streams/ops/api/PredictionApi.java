package io.vfr.streams.ops.api;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.schemas.Bounds;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.emit.LatestPrediction;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /predictions/{symbol}} and {@code /predictions?symbols=A,B}: the latest committed
 * predictions, as the messages that they are in {@code vfr.predictions}. The first takes {@code
 * explain=shap} for exact drivers.
 */
public final class PredictionApi implements HttpService {
  /** Most symbols of one request. */
  static final int SYMBOLS_MAX = 25;

  private static final Collector<CharSequence, ?, String> MISSING =
      Collectors.joining(",", "],\"missing\":[", "]}");

  private static final Logger LOG = LoggerFactory.getLogger(PredictionApi.class);
  private static final String SYMBOLS = "symbols";
  private static final String EXPLAIN = "explain";
  private static final String SHAP = "shap";

  private final PredictionSource source;
  private final Explanations explanations;

  /** Creates the service, to be registered below the API's root. */
  public PredictionApi(PredictionSource source, Explanations explanations) {
    this.source = source;
    this.explanations = explanations;
  }

  @Override
  public void routing(HttpRules rules) {
    // With a plus, for a symbol may hold slashes.
    rules
        .get("/predictions/{+symbol}", answering(this::one))
        .get("/predictions", answering(this::many));
  }

  private static Handler answering(Handler handler) {
    return (request, response) -> {
      try {
        handler.handle(request, response);
      } catch (ApiException e) {
        JsonAnswers.sendError(response, e.status(), e.code(), e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("{} failed", request.path().path(), e);
        JsonAnswers.sendError(
            response,
            Status.INTERNAL_SERVER_ERROR_500,
            "INTERNAL",
            "the request failed; the instance's log says why");
      }
    };
  }

  private void one(ServerRequest request, ServerResponse response) {
    String symbol = checked(request.path().pathParameters().get("symbol"));
    boolean explain = isExplained(request.query());
    LatestPrediction latest = source.find(symbol);
    if (latest == null) {
      throw new ApiException(
          Status.NOT_FOUND_404,
          "UNKNOWN_SYMBOL",
          "this instance has no prediction of "
              + Bounds.quote(symbol)
              + ": it has not predicted the symbol since it took over its partition, or not lately");
    }
    Prediction prediction = explain ? explanations.explained(latest) : latest.prediction();
    JsonAnswers.send(response, Topics.PREDICTIONS.codec().write(prediction));
  }

  private void many(ServerRequest request, ServerResponse response) {
    Set<String> symbols = symbols(request.query());
    List<String> missing = new ArrayList<>();
    ByteArrayOutputStream json = new ByteArrayOutputStream(symbols.size() * 2_048);
    json.writeBytes(ascii("{\"predictions\":["));
    boolean first = true;
    for (String symbol : symbols) {
      LatestPrediction latest = source.find(symbol);
      if (latest == null) {
        missing.add(symbol);
        continue;
      }
      json.writeBytes(ascii(first ? "" : ","));
      json.writeBytes(Topics.PREDICTIONS.codec().write(latest.prediction()));
      first = false;
    }
    // No character of a symbol needs escaping.
    json.writeBytes(ascii(missing.stream().map(symbol -> '"' + symbol + '"').collect(MISSING)));
    JsonAnswers.send(response, json.toByteArray());
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
        symbols.add(checked(symbol));
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

  private static void allowOnly(UriQuery query, String allowed) {
    for (String name : query.names()) {
      if (!name.equals(allowed)) {
        throw ApiException.badRequest(
            "no parameter is called " + Bounds.quote(name) + "; allowed is " + allowed);
      }
    }
  }

  private static String checked(String symbol) {
    if (!Bounds.isSymbol(symbol)) {
      throw ApiException.badRequest(
          "the symbol is "
              + Bounds.quote(symbol)
              + "; allowed are 1 to "
              + Bounds.SYMBOL_LENGTH_MAX
              + " of A-Z a-z 0-9 . _ ^ = / : -, percent-encoded where a URL wants it");
    }
    return symbol;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
