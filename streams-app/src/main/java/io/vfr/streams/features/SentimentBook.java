package io.vfr.streams.features;

import io.vfr.models.StoredFormat;
import io.vfr.models.schema.FeatureSlots;
import io.vfr.schemas.SentimentObservation;
import io.vfr.streams.config.SentimentConfig;
import io.vfr.streams.features.SentimentHistory.Observation;
import io.vfr.streams.features.SentimentHistory.Sums;
import io.vfr.streams.state.StateTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Windowed sentiment per configured source over the store {@code sentiment}, whose keys are the
 * observations.
 *
 * <p>The window in force at t is the newest hopping window that has begun by t: it ends with the
 * hop that t lies in, and of that hop only what was known at t counts. Means are weighted by
 * confidence × mentions, mentions are summed.
 */
final class SentimentBook {
  private static final StoredFormat FORMAT = StoredFormat.first("a stored sentiment observation");

  /** All is in the key. */
  private static final byte[] PRESENT = {FORMAT.version()};

  private static final int KEY_BYTES = Long.BYTES + 2 * Double.BYTES + Long.BYTES;
  private static final double NEUTRAL = 0.5;
  private static final double UNKNOWN_CONFIDENCE = 0.1;

  private record Source(
      int index,
      double weight,
      int sentimentSlot,
      int confidenceSlot,
      int mentionsSlot,
      List<String> names) {}

  private final SentimentConfig config;
  private final StateTable store;
  private final List<Source> sources;
  private final Map<String, Source> byName;
  private final long hopMillis;
  private final long windowHops;
  private final Sums sums = new Sums();
  private final int combinedSlot;
  private final int momentumSlot;
  private final int ageSlot;

  SentimentBook(SentimentConfig config, FeatureSlots slots, StateTable store) {
    this.config = config;
    this.store = store;
    hopMillis = config.hop().toMillis();
    windowHops = config.window().toMillis() / hopMillis;
    sources = new ArrayList<>();
    byName = new HashMap<>();
    for (Map.Entry<String, Double> entry : config.sources().entrySet()) {
      Source source = source(sources.size(), entry.getKey(), entry.getValue(), slots);
      sources.add(source);
      byName.put(entry.getKey(), source);
    }
    combinedSlot = slots.intern("combined_sentiment");
    momentumSlot = slots.intern("sentiment_momentum");
    ageSlot = slots.intern("sentiment_age_minutes");
  }

  private static Source source(int index, String name, double weight, FeatureSlots slots) {
    List<String> names = featureNames(name);
    return new Source(
        index,
        weight,
        slots.intern(names.get(0)),
        slots.intern(names.get(1)),
        slots.intern(names.get(2)),
        names);
  }

  /** The features of one source: mean sentiment, mean confidence, sum of mentions. */
  static List<String> featureNames(String source) {
    return List.of(source + "_sentiment", source + "_confidence", source + "_mentions");
  }

  /** Whether a source becomes features. */
  boolean isConfigured(String source) {
    return byName.containsKey(source);
  }

  /** An empty history for each configured source. */
  SentimentHistory[] empty() {
    SentimentHistory[] histories = new SentimentHistory[sources.size()];
    Arrays.setAll(histories, i -> new SentimentHistory(hopMillis));
    return histories;
  }

  /** The histories of a symbol as the store tells them. */
  SentimentHistory[] load(String symbol) {
    SentimentHistory[] histories = empty();
    for (Map.Entry<String, Source> entry : byName.entrySet()) {
      String name = storeName(symbol, entry.getKey());
      try (KeyValueIterator<Bytes, byte[]> found =
          store.range(StoreKeys.first(name), StoreKeys.last(name, KEY_BYTES))) {
        while (found.hasNext()) {
          KeyValue<Bytes, byte[]> stored = found.next();
          FORMAT.check(stored.value[0]);
          ByteBuffer key = StoreKeys.afterName(stored.key, name);
          histories[entry.getValue().index()].add(
              new Observation(key.getLong(), key.getDouble(), key.getDouble(), key.getLong()));
        }
      }
    }
    return histories;
  }

  /** Adds an observation of a configured source to the store and the symbol's histories. */
  void add(SentimentHistory[] histories, SentimentObservation message) {
    Source source = byName.get(message.source());
    if (source == null) {
      return;
    }
    Observation observation =
        new Observation(
            message.ts(), message.sentiment(), message.confidence(), message.mentions());
    if (histories[source.index()].add(observation)) {
      store.put(key(message.symbol(), message.source(), observation), PRESENT);
      for (Observation gone : histories[source.index()].prune(Long.MIN_VALUE)) {
        store.delete(key(message.symbol(), message.source(), gone));
      }
    }
  }

  /**
   * Forgets observations that no window can reach any more.
   *
   * @param earliestOpenMillis the earliest event time that the symbol still accepts
   */
  void prune(String symbol, SentimentHistory[] histories, long earliestOpenMillis) {
    long reach = earliestOpenMillis - config.window().toMillis() - 2 * hopMillis;
    for (Map.Entry<String, Source> entry : byName.entrySet()) {
      for (Observation gone : histories[entry.getValue().index()].prune(reach)) {
        store.delete(key(symbol, entry.getKey(), gone));
      }
    }
  }

  /**
   * Writes the sentiment features as of t.
   *
   * @param out by slot
   * @param imputed receives the names of features that stand for data that is not there
   */
  void write(SentimentHistory[] histories, long millis, double[] out, List<String> imputed) {
    long pane = Math.floorDiv(millis, hopMillis);
    double combined = 0;
    double before = 0;
    long newest = -1;
    for (Source source : sources) {
      SentimentHistory history = histories[source.index()];
      history.sum(pane - windowHops, pane - 1, millis, sums);
      before += source.weight() * (sums.hasWeight() ? sums.sentiment() : NEUTRAL);
      history.sum(pane - windowHops + 1, pane, millis, sums);
      boolean known = sums.hasWeight();
      double sentiment = known ? sums.sentiment() : NEUTRAL;
      out[source.sentimentSlot()] = sentiment;
      out[source.confidenceSlot()] = known ? sums.confidence() : UNKNOWN_CONFIDENCE;
      out[source.mentionsSlot()] = sums.mentions();
      if (!known) {
        imputed.addAll(sums.mentions() == 0 ? source.names() : source.names().subList(0, 2));
      }
      combined += source.weight() * sentiment;
      newest = Math.max(newest, history.newestAt(millis));
    }
    out[combinedSlot] = combined;
    out[momentumSlot] = combined - before;
    out[ageSlot] = newest < 0 ? Double.NaN : (millis - newest) / 60_000.0;
  }

  private static String storeName(String symbol, String source) {
    return symbol + '\u0001' + source;
  }

  private static Bytes key(String symbol, String source, Observation o) {
    byte[] name = StoreKeys.utf8(storeName(symbol, source));
    return Bytes.wrap(
        ByteBuffer.allocate(name.length + 1 + KEY_BYTES)
            .put(name)
            .put((byte) 0)
            .putLong(o.ts())
            .putDouble(o.sentiment())
            .putDouble(o.confidence())
            .putLong(o.mentions())
            .array());
  }
}
