package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.Bounds;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Topics;
import io.vfr.streams.emit.LatestPrediction;
import io.vfr.streams.features.FeatureVector;
import io.vfr.streams.features.window.Bar;
import io.vfr.streams.ops.cluster.Ownership;
import io.vfr.streams.ops.cluster.PeerClient;
import io.vfr.streams.ops.cluster.StoredState;
import io.vfr.streams.ops.view.OutcomePoint;
import io.vfr.streams.ops.view.OutputView;
import io.vfr.streams.ops.view.PredictionPoint;
import io.vfr.streams.ops.view.ViewData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies behind a symbol's prediction: {@code /features/{symbol}}, the vector that it was made
 * from; {@code /bars/{symbol}}, the prices; {@code /history/{symbol}}, earlier predictions and what
 * became of them.
 */
public final class SymbolApi implements HttpService {
  private static final int BARS_MAX = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(SymbolApi.class);

  private final PredictionLookup lookup;
  private final FeatureSlots slots;
  private final String schema;
  private final StoredState state;
  private final Ownership instances;
  private final PeerClient peers;
  private final OutputView view;

  /** Creates the service, to be registered below the API's root. */
  public SymbolApi(
      PredictionLookup lookup,
      FeatureSlots slots,
      String schema,
      StoredState state,
      Ownership instances,
      PeerClient peers,
      OutputView view) {
    this.lookup = lookup;
    this.slots = slots;
    this.schema = schema;
    this.state = state;
    this.instances = instances;
    this.peers = peers;
    this.view = view;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/features/{+symbol}", answering(this::features))
        .get("/bars/{+symbol}", answering(this::bars))
        .get("/history/{+symbol}", answering(this::history));
  }

  private void features(ServerRequest request, ServerResponse response) {
    String symbol = ApiHandlers.symbol(request);
    allowOnly(request.query());
    Optional<HostInfo> elsewhere =
        ApiHandlers.isForwarded(request) ? Optional.empty() : lookup.elsewhere(symbol);
    if (elsewhere.isPresent()) {
      Forwarding.relay(
          peers, elsewhere.get(), "/v1/features/" + Forwarding.encoded(symbol), response);
      return;
    }
    LatestPrediction latest = lookup.here(symbol);
    if (latest == null) {
      throw new ApiException(
          Status.NOT_FOUND_404,
          "UNKNOWN_SYMBOL",
          "there is no feature vector of "
              + Bounds.quote(symbol)
              + ": no price of it has come since its instance took it over");
    }
    ApiHandlers.headers(response, lookup.self(), false);
    JsonAnswers.send(response, Topics.FEATURES.codec().write(values(latest.vector())));
  }

  private FeatureValues values(FeatureVector vector) {
    int size = slots.size();
    List<String> names = new ArrayList<>(size);
    double[] values = new double[size];
    for (int slot = 0; slot < size; slot++) {
      names.add(slots.name(slot));
      values[slot] = vector.value(slot);
    }
    return new FeatureValues(vector.symbol(), vector.ts(), schema, names, values);
  }

  private void bars(ServerRequest request, ServerResponse response) {
    String symbol = ApiHandlers.symbol(request);
    allowOnly(request.query(), "limit");
    int limit = ApiHandlers.limit(request.query(), BARS_MAX);
    if (ApiHandlers.isForwarded(request)) {
      sendBars(response, symbol, state.bars(symbol), limit, false);
      return;
    }
    Optional<HostInfo> owner = instances.owner(symbol);
    if (owner.isPresent() && !owner.get().equals(instances.self())) {
      String path = "/v1/bars/" + Forwarding.encoded(symbol) + "?limit=" + limit;
      try {
        PeerClient.Answer answer = peers.get(owner.get(), path).join();
        if (answer.isOk()) {
          ApiHandlers.headers(response, PredictionLookup.name(owner.get()), false);
          JsonAnswers.send(response, answer.body());
          return;
        }
        LOG.debug("{} answers {}", owner.get(), answer.status());
      } catch (CompletionException e) {
        LOG.debug("{} does not answer", owner.get(), e);
      }
      standby(response, symbol, limit, path);
      return;
    }
    sendBars(response, symbol, state.bars(symbol), limit, owner.isEmpty());
  }

  /** The bars of a replica, here or elsewhere: it may lag behind. */
  private void standby(ServerResponse response, String symbol, int limit, String path) {
    List<Bar> bars = state.bars(symbol);
    if (!bars.isEmpty()) {
      sendBars(response, symbol, bars, limit, true);
      return;
    }
    for (HostInfo standby : instances.standbys(symbol)) {
      if (standby.equals(instances.self())) {
        continue;
      }
      try {
        PeerClient.Answer answer = peers.get(standby, path).join();
        if (answer.isOk()) {
          ApiHandlers.headers(response, PredictionLookup.name(standby), true);
          JsonAnswers.send(response, markedStale(answer.body()));
          return;
        }
      } catch (CompletionException | IOException e) {
        LOG.debug("{} does not answer", standby, e);
      }
    }
    throw new ApiException(
        Status.SERVICE_UNAVAILABLE_503,
        "OWNER_UNAVAILABLE",
        "whoever processes the symbol does not answer, and no replica of its state is at hand;"
            + " streams.standby keeps some. Try again");
  }

  private static byte[] markedStale(byte[] answer) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(answer);
    return bytes(node.put("stale", true));
  }

  private void sendBars(
      ServerResponse response, String symbol, List<Bar> bars, int limit, boolean stale) {
    ObjectNode node = JSON.createObjectNode();
    node.put("symbol", symbol);
    node.put("stale", stale);
    ArrayNode list = node.putArray("bars");
    for (Bar bar : bars.subList(Math.max(0, bars.size() - limit), bars.size())) {
      list.addObject()
          .put("ts", bar.startMillis())
          .put("open", bar.open())
          .put("high", bar.high())
          .put("low", bar.low())
          .put("close", bar.close())
          .put("volume", bar.volume());
    }
    ApiHandlers.headers(response, lookup.self(), stale);
    JsonAnswers.send(response, bytes(node));
  }

  private void history(ServerRequest request, ServerResponse response) {
    String symbol = ApiHandlers.symbol(request);
    allowOnly(request.query());
    ViewData read = view.look();
    ObjectNode node = JSON.createObjectNode();
    node.put("symbol", symbol);
    ArrayNode predictions = node.putArray("predictions");
    for (PredictionPoint point : read.points(symbol)) {
      ObjectNode one = predictions.addObject();
      one.put("ts", point.ts()).put("expectedReturn", point.expectedReturn());
      if (!Double.isNaN(point.lower())) {
        one.put("lower", point.lower()).put("upper", point.upper());
      }
      one.put("score", point.score());
    }
    ArrayNode outcomes = node.putArray("outcomes");
    for (OutcomePoint point : read.outcomes(symbol)) {
      outcomes
          .addObject()
          .put("ts", point.ts())
          .put("predicted", point.predicted())
          .put("realized", point.realized())
          .put("insideInterval", point.inside());
    }
    JsonAnswers.send(response, bytes(node));
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
