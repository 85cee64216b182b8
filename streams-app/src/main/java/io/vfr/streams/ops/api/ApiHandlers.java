package io.vfr.streams.ops.api;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.schemas.Bounds;
import io.vfr.streams.ops.cluster.PeerClient;
import io.vfr.streams.ops.view.ViewUnavailableException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request has in common: how errors are told, and what parameters may be. */
final class ApiHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandlers.class);

  private static final HeaderName FORWARDED = HeaderNames.create(PeerClient.FORWARDED);
  private static final HeaderName INSTANCE = HeaderNames.create("VFR-Instance");
  private static final HeaderName STALE = HeaderNames.create("VFR-Stale");

  private ApiHandlers() {}

  /** A handler whose errors are answered as JSON. */
  static Handler answering(Handler handler) {
    return (request, response) -> {
      try {
        handler.handle(request, response);
      } catch (ApiException e) {
        if (e.status().equals(Status.SERVICE_UNAVAILABLE_503)) {
          response.header(HeaderNames.RETRY_AFTER, "1");
        }
        JsonAnswers.sendError(response, e.status(), e.code(), e.getMessage());
      } catch (ViewUnavailableException e) {
        response.header(HeaderNames.RETRY_AFTER, "60");
        JsonAnswers.sendError(
            response,
            Status.SERVICE_UNAVAILABLE_503,
            "OUTPUTS_UNAVAILABLE",
            String.valueOf(e.getMessage()));
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

  /** Whether another instance has passed the request on, so that it ends here. */
  static boolean isForwarded(ServerRequest request) {
    return request.headers().contains(FORWARDED);
  }

  /**
   * Refuses parameters that are not known.
   *
   * @throws ApiException naming one that is not
   */
  static void allowOnly(UriQuery query, String... allowed) {
    for (String name : query.names()) {
      if (!List.of(allowed).contains(name)) {
        throw ApiException.badRequest(
            "no parameter is called "
                + Bounds.quote(name)
                + "; allowed "
                + (allowed.length == 0
                    ? "is none"
                    : (allowed.length == 1 ? "is " : "are ") + String.join(", ", allowed)));
      }
    }
  }

  /** The symbol of the path, checked. */
  static String symbol(ServerRequest request) {
    return symbol(request.path().pathParameters().get("symbol"));
  }

  /**
   * A symbol, checked.
   *
   * @throws ApiException if it is none
   */
  static String symbol(String symbol) {
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

  /**
   * A whole number among the parameters.
   *
   * @param most the largest that is allowed, and what stands for an absent one
   */
  static int limit(UriQuery query, int most) {
    String text = query.first("limit").orElse(Integer.toString(most));
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw ApiException.badRequest("limit is " + Bounds.quote(text) + "; allowed are 1 to " + most);
  }

  /**
   * One of some words among the parameters; empty if it is absent.
   *
   * @throws ApiException if it is another one
   */
  static String word(UriQuery query, String name, Set<String> allowed) {
    String text = query.first(name).orElse("");
    if (!text.isEmpty() && !allowed.contains(text)) {
      throw ApiException.badRequest(
          name
              + " is "
              + Bounds.quote(text)
              + "; allowed are "
              + String.join(", ", new TreeSet<>(allowed)));
    }
    return text;
  }

  /** Marks an answer that may be out of date, and says who gave it. */
  static void headers(ServerResponse response, String instance, boolean stale) {
    response.header(INSTANCE, instance);
    if (stale) {
      response.header(STALE, "true");
    }
  }
}
