package io.vfr.streams.ops.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vfr.schemas.InvalidMessageException;
import io.vfr.schemas.ModelOutcome;
import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.Topics;
import io.vfr.streams.ops.letters.DeadLetter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a view has read of the output topics so far, bounded; it goes on changing while the view
 * reads. Thread-safe.
 */
public final class ViewData {
  static final int SYMBOLS_MAX = 5_000;
  static final int ALERTS_MAX = 500;
  static final int LETTERS_MAX = 200;
  private static final int KEY_CHARS_MAX = 100;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger LOG = LoggerFactory.getLogger(ViewData.class);

  // All guarded by this.
  private final LinkedHashMap<String, SymbolHistory> symbols = new LinkedHashMap<>(64, 0.75f, true);
  private final WeightHistory weights = new WeightHistory();
  private final Map<String, Realised> realised = new TreeMap<>();
  private final Deque<byte[]> alerts = new ArrayDeque<>();
  private final Deque<byte[]> letters = new ArrayDeque<>();
  private Realised coverage = Realised.NONE;

  /**
   * Takes a prediction.
   *
   * @return its symbol; null if the record is no prediction
   */
  @Nullable String prediction(ConsumerRecord<byte[], byte[]> record) {
    Prediction prediction;
    try {
      prediction = Topics.PREDICTIONS.codec().read(record.value());
    } catch (InvalidMessageException e) {
      return foreign(record, e);
    }
    synchronized (this) {
      history(prediction.symbol()).add(prediction, record.value());
      weights.add(prediction);
    }
    return prediction.symbol();
  }

  /**
   * Takes an outcome.
   *
   * @return its symbol; null if the record is no outcome
   */
  @Nullable String outcome(ConsumerRecord<byte[], byte[]> record) {
    Outcome outcome;
    try {
      outcome = Topics.OUTCOMES.codec().read(record.value());
    } catch (InvalidMessageException e) {
      return foreign(record, e);
    }
    synchronized (this) {
      history(outcome.symbol()).add(outcome);
      Boolean inside = outcome.insideInterval();
      if (inside != null) {
        coverage = coverage.and(inside);
      }
      for (ModelOutcome model : outcome.models()) {
        realised.compute(
            model.id() + "@" + model.version(),
            (key, known) -> (known == null ? Realised.NONE : known).and(model.hit()));
      }
    }
    return outcome.symbol();
  }

  /** Somebody else's record in our topic: it is left out. */
  private static @Nullable String foreign(
      ConsumerRecord<byte[], byte[]> record, InvalidMessageException e) {
    LOG.debug("{}-{}@{}: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
    return null;
  }

  private SymbolHistory history(String symbol) {
    SymbolHistory history = symbols.computeIfAbsent(symbol, name -> new SymbolHistory());
    if (symbols.size() > SYMBOLS_MAX) {
      Iterator<String> eldest = symbols.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return history;
  }

  /** Takes an alert; false if the record is none. */
  boolean alert(ConsumerRecord<byte[], byte[]> record) {
    try {
      Topics.ALERTS.codec().read(record.value());
    } catch (InvalidMessageException e) {
      foreign(record, e);
      return false;
    }
    keep(alerts, record.value(), ALERTS_MAX);
    return true;
  }

  /**
   * Takes a refused record.
   *
   * @return what is shown of it; null if the record is none of ours
   */
  byte @Nullable [] deadLetter(ConsumerRecord<byte[], byte[]> record) {
    DeadLetter letter = DeadLetter.of(record);
    if (letter == null) {
      return null;
    }
    byte[] shown = summary(letter);
    keep(letters, shown, LETTERS_MAX);
    return shown;
  }

  private static byte[] summary(DeadLetter letter) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", letter.partition() + "@" + letter.offset());
    node.put("ts", letter.at());
    node.put("code", letter.code());
    node.put("message", letter.message());
    node.put("stage", letter.stage());
    node.put("topic", letter.topic());
    node.put("partition", letter.sourcePartition());
    node.put("offset", letter.sourceOffset());
    byte[] key = letter.key();
    if (key != null) {
      String text = new String(key, UTF_8);
      node.put("key", text.substring(0, Math.min(text.length(), KEY_CHARS_MAX)));
    }
    return node.toString().getBytes(UTF_8);
  }

  private synchronized void keep(Deque<byte[]> newest, byte[] one, int most) {
    newest.addLast(one);
    while (newest.size() > most) {
      newest.removeFirst();
    }
  }

  /** The newest prediction of a symbol, as its message; null if none was read. */
  public synchronized byte @Nullable [] latest(String symbol) {
    SymbolHistory history = symbols.get(symbol);
    return history == null ? null : history.latest();
  }

  /** The newest prediction of every symbol, by symbol. */
  public synchronized Map<String, byte[]> latest() {
    Map<String, byte[]> all = new TreeMap<>();
    symbols.forEach((symbol, history) -> {
      byte[] message = history.latest();
      if (message != null) {
        all.put(symbol, message);
      }
    });
    return all;
  }

  /** The last predictions of a symbol, oldest first. */
  public synchronized List<PredictionPoint> points(String symbol) {
    SymbolHistory history = symbols.get(symbol);
    return history == null ? List.of() : history.points();
  }

  /** What became of predictions of a symbol, oldest first. */
  public synchronized List<OutcomePoint> outcomes(String symbol) {
    SymbolHistory history = symbols.get(symbol);
    return history == null ? List.of() : history.outcomes();
  }

  /** Messages of {@code vfr.alerts}, newest first. */
  public synchronized List<byte[]> alerts() {
    return new ArrayList<>(alerts).reversed();
  }

  /** Refused records as JSON objects, newest first. */
  public synchronized List<byte[]> letters() {
    return new ArrayList<>(letters).reversed();
  }

  /** Oldest first. */
  public synchronized List<WeightSample> weights() {
    return weights.samples();
  }

  /** How often each model was right, by {@code id@version}. */
  public synchronized Map<String, Realised> realised() {
    return new TreeMap<>(realised);
  }

  /** How often intervals held what was realised. */
  public synchronized Realised coverage() {
    return coverage;
  }
}
