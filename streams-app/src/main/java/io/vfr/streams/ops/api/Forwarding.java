package io.vfr.streams.ops.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.streams.ops.cluster.PeerClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes a request on to the instance that can answer it. */
final class Forwarding {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

  private Forwarding() {}

  /**
   * Answers with what another instance answers, errors included.
   *
   * @throws ApiException if it does not answer
   */
  static void relay(PeerClient peers, HostInfo instance, String path, ServerResponse response) {
    PeerClient.Answer answer;
    try {
      answer = peers.get(instance, path).join();
    } catch (CompletionException e) {
      LOG.debug("{} does not answer", instance, e);
      throw unavailable(instance);
    }
    ApiHandlers.headers(response, PredictionLookup.name(instance), false);
    response
        .status(Status.create(answer.status()))
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(answer.body());
  }

  /** Whoever processes the symbol cannot be asked now. */
  static ApiException unavailable(HostInfo instance) {
    return new ApiException(
        Status.SERVICE_UNAVAILABLE_503,
        "OWNER_UNAVAILABLE",
        PredictionLookup.name(instance)
            + " processes the symbol and does not answer; its partitions go to another instance if"
            + " it is gone. Try again");
  }

  /** A symbol as part of a path. */
  static String encoded(String symbol) {
    return URLEncoder.encode(symbol, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
