package io.vfr.chaos.oracle;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.SentimentObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The as-of rules of the contract over everything that fundamentals, sentiment and macro series
 * ever said: plain searches through all of it, at any time.
 */
public final class SideInputs {
  private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final double MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();
  private static final long WINDOW = Duration.ofHours(24).toMillis();
  private static final long HOP = Duration.ofMinutes(15).toMillis();
  private static final Map<String, Double> SOURCES = Map.of("news", 0.7, "reddit", 0.3);

  private final Map<String, List<Fundamentals>> fundamentals = new HashMap<>();
  private final Map<String, Set<SentimentObservation>> sentiment = new HashMap<>();
  private final Map<String, NavigableMap<Long, Double>> macro = new TreeMap<>();

  /** Adds a record of {@code vfr.fundamentals}. */
  public void add(Fundamentals message) {
    fundamentals.computeIfAbsent(message.symbol(), s -> new ArrayList<>()).add(message);
  }

  /** Adds a record of {@code vfr.sentiment}; the same twice counts once. */
  public void add(SentimentObservation message) {
    sentiment.computeIfAbsent(message.symbol(), s -> new LinkedHashSet<>()).add(message);
  }

  /** Adds a record of {@code vfr.macro}. */
  public void add(MacroValue message) {
    macro
        .computeIfAbsent(message.series(), s -> new TreeMap<>())
        .put(message.ts(), message.value());
  }

  /** The newest value of a series at or before t; NaN if there is none. */
  double macro(String series, long t) {
    NavigableMap<Long, Double> values = macro.get(series);
    Map.Entry<Long, Double> found = values == null ? null : values.floorEntry(t);
    return found == null ? Double.NaN : found.getValue();
  }

  /** The features of a symbol that side inputs give at t, by name; unknown ones have no entry. */
  Map<String, Double> at(String symbol, long t) {
    Map<String, Double> out = new TreeMap<>();
    fundamentals(symbol, t, out);
    for (String series : macro.keySet()) {
      put(out, series, macro(series, t));
    }
    put(out, "yield_curve_10y_2y", macro("dgs10", t) - macro("dgs2", t));
    sentiment(sentiment.getOrDefault(symbol, Set.of()), t, out);
    return out;
  }

  private static void put(Map<String, Double> out, String name, double value) {
    if (!Double.isNaN(value)) {
      out.put(name, value);
    }
  }

  private void fundamentals(String symbol, long t, Map<String, Double> out) {
    Fundamentals inForce = null;
    for (Fundamentals record : fundamentals.getOrDefault(symbol, List.of())) {
      if (record.knownAt() <= t && outranks(record, inForce)) {
        inForce = record;
      }
    }
    if (inForce != null) {
      out.putAll(inForce.values());
      out.put("fundamentals_age_days", (t - inForce.knownAt()) / DAY_MILLIS);
    }
  }

  private static boolean outranks(Fundamentals record, @Nullable Fundamentals other) {
    return other == null
        || record.periodEnd() > other.periodEnd()
        || (record.periodEnd() == other.periodEnd() && record.knownAt() >= other.knownAt());
  }

  private static void sentiment(Set<SentimentObservation> all, long t, Map<String, Double> out) {
    long windowEnd = Math.floorDiv(t, HOP) * HOP + HOP;
    double combined = 0;
    double before = 0;
    for (Map.Entry<String, Double> source : SOURCES.entrySet()) {
      String name = source.getKey();
      Mean now = Mean.of(all, name, windowEnd - WINDOW, Math.min(windowEnd - 1, t));
      Mean earlier = Mean.of(all, name, windowEnd - HOP - WINDOW, windowEnd - HOP - 1);
      out.put(name + "_sentiment", now.sentiment());
      out.put(name + "_confidence", now.confidence());
      out.put(name + "_mentions", now.mentions);
      combined += source.getValue() * now.sentiment();
      before += source.getValue() * earlier.sentiment();
    }
    out.put("combined_sentiment", combined);
    out.put("sentiment_momentum", combined - before);
    all.stream()
        .filter(o -> SOURCES.containsKey(o.source()) && o.ts() <= t)
        .mapToLong(SentimentObservation::ts)
        .max()
        .ifPresent(newest -> out.put("sentiment_age_minutes", (t - newest) / MINUTE_MILLIS));
  }

  /** Weighted sums over one source and span. */
  private static final class Mean {
    private double weight;
    private double sentiment;
    private double confidence;
    private double mentions;

    static Mean of(Set<SentimentObservation> all, String source, long first, long last) {
      Mean mean = new Mean();
      for (SentimentObservation o : all) {
        if (o.source().equals(source) && o.ts() >= first && o.ts() <= last) {
          double w = o.confidence() * o.mentions();
          mean.weight += w;
          mean.sentiment += w * o.sentiment();
          mean.confidence += w * o.confidence();
          mean.mentions += o.mentions();
        }
      }
      return mean;
    }

    double sentiment() {
      return weight > 0 ? sentiment / weight : 0.5;
    }

    double confidence() {
      return weight > 0 ? confidence / weight : 0.1;
    }
  }
}
