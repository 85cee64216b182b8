package io.vfr.streams.ops.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.schemas.Alert;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.view.PredictionPoint;
import io.vfr.streams.ops.view.ViewListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What waits to be sent to one client of the stream; bounded, so that a slow one costs no more than
 * a fast one: of a symbol's predictions the last waits, of the rest the last thousand. Thread-safe.
 */
final class StreamClient implements ViewListener {
  static final Set<String> TYPES =
      Set.of("prediction", "history", "outcome", "alert", "deadLetter");
  private static final int WAITING_MAX = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Set<String> types;
  private final Set<String> symbols;

  // Guarded by this.
  private final Map<String, byte[]> predictions = new LinkedHashMap<>();
  private final Deque<Event> others = new ArrayDeque<>();
  private long dropped;

  /** An event as it is sent. */
  record Event(String type, String json) {}

  /**
   * A client.
   *
   * @param types what it wants to be told of
   * @param symbols the symbols that it wants to be told of; all if empty
   */
  StreamClient(Set<String> types, Set<String> symbols) {
    this.types = Set.copyOf(types);
    this.symbols = Set.copyOf(symbols);
  }

  private boolean wants(String type, String symbol) {
    return types.contains(type) && (symbols.isEmpty() || symbols.contains(symbol));
  }

  @Override
  public void prediction(String symbol, byte[] message) {
    if (wants("prediction", symbol)) {
      synchronized (this) {
        predictions.put(symbol, message);
      }
    }
  }

  /** Whether it wants to know earlier predictions at the beginning. */
  boolean wantsHistory() {
    return types.contains("history");
  }

  /** Tells the expected returns of a symbol's earlier predictions, oldest first. */
  void history(String symbol, List<PredictionPoint> points) {
    if (wants("history", symbol)) {
      ObjectNode node = JSON.createObjectNode().put("symbol", symbol);
      ArrayNode list = node.putArray("points");
      points.forEach(point -> list.addArray().add(point.ts()).add(point.expectedReturn()));
      add("history", node.toString().getBytes(UTF_8));
    }
  }

  @Override
  public void outcome(String symbol, byte[] message) {
    if (wants("outcome", symbol)) {
      add("outcome", message);
    }
  }

  @Override
  public void alert(byte[] message) {
    if (!types.contains("alert")) {
      return;
    }
    if (!symbols.isEmpty()) {
      Alert alert = Topics.ALERTS.codec().read(message);
      if (alert.symbol() == null || !symbols.contains(alert.symbol())) {
        return;
      }
    }
    add("alert", message);
  }

  @Override
  public void deadLetter(byte[] summary) {
    if (types.contains("deadLetter")) {
      add("deadLetter", summary);
    }
  }

  private synchronized void add(String type, byte[] json) {
    others.addLast(new Event(type, new String(json, UTF_8)));
    if (others.size() > WAITING_MAX) {
      others.removeFirst();
      dropped++;
    }
  }

  /** What waits, which then waits no longer; says what had to be left out. */
  synchronized List<Event> take() {
    List<Event> events = new ArrayList<>(predictions.size() + others.size() + 1);
    predictions
        .values()
        .forEach(message -> events.add(new Event("prediction", new String(message, UTF_8))));
    events.addAll(others);
    if (dropped > 0) {
      events.add(new Event("dropped", JSON.createObjectNode().put("events", dropped).toString()));
    }
    predictions.clear();
    others.clear();
    dropped = 0;
    return events;
  }
}
