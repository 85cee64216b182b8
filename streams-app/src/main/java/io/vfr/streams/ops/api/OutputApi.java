package io.vfr.streams.ops.api;

import static io.vfr.streams.ops.api.ApiHandlers.allowOnly;
import static io.vfr.streams.ops.api.ApiHandlers.answering;

import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.vfr.schemas.Alert;
import io.vfr.schemas.AlertState;
import io.vfr.schemas.AlertType;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.view.OutputView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code /alerts} and {@code /dead-letters}: the last of each, of all instances, newest first. The
 * first takes {@code symbol}, {@code type}, {@code state} and {@code limit}, the second {@code
 * limit}.
 */
public final class OutputApi implements HttpService {
  private static final int ALERTS_MAX = 500;
  private static final int LETTERS_MAX = 200;
  private static final Set<String> TYPES =
      Arrays.stream(AlertType.values()).map(AlertType::wire).collect(Collectors.toSet());
  private static final Set<String> STATES =
      Arrays.stream(AlertState.values()).map(AlertState::wire).collect(Collectors.toSet());

  private final OutputView view;

  /** Creates the service, to be registered below the API's root. */
  public OutputApi(OutputView view) {
    this.view = view;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/alerts", answering(this::alerts))
        .get("/dead-letters", answering(this::deadLetters));
  }

  private void alerts(ServerRequest request, ServerResponse response) {
    UriQuery query = request.query();
    allowOnly(query, "symbol", "type", "state", "limit");
    int limit = ApiHandlers.limit(query, ALERTS_MAX);
    String type = ApiHandlers.word(query, "type", TYPES);
    String state = ApiHandlers.word(query, "state", STATES);
    String symbol = query.first("symbol").map(ApiHandlers::symbol).orElse("");
    List<byte[]> chosen = new ArrayList<>();
    for (byte[] message : view.look().alerts()) {
      Alert alert = Topics.ALERTS.codec().read(message);
      if (chosen.size() < limit
          && (type.isEmpty() || alert.type().wire().equals(type))
          && (state.isEmpty() || alert.state().wire().equals(state))
          && (symbol.isEmpty() || symbol.equals(alert.symbol()))) {
        chosen.add(message);
      }
    }
    JsonAnswers.send(response, list("alerts", chosen));
  }

  private void deadLetters(ServerRequest request, ServerResponse response) {
    allowOnly(request.query(), "limit");
    int limit = ApiHandlers.limit(request.query(), LETTERS_MAX);
    List<byte[]> letters = view.look().letters();
    JsonAnswers.send(
        response, list("deadLetters", letters.subList(0, Math.min(limit, letters.size()))));
  }

  private static byte[] list(String name, List<byte[]> objects) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes(("{\"" + name + "\":[").getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < objects.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      json.writeBytes(objects.get(i));
    }
    json.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
    return json.toByteArray();
  }
}
