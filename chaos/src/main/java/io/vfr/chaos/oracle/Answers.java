package io.vfr.chaos.oracle;

import io.vfr.chaos.oracle.PriceRecord.Place;
import io.vfr.models.schema.SequencePlan;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.ModelScore;
import io.vfr.schemas.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All predictions and vectors that came out, told apart: which price record each answers, how
 * often, and whether copies say the same. Not thread-safe.
 */
final class Answers {
  private final Map<Place, PriceRecord> asked = new HashMap<>();
  private final Set<Place> kept;
  private final Map<Place, Long> first = new HashMap<>();
  private final Map<Place, Prediction> predictions = new HashMap<>();
  private final Map<At, FeatureValues> vectors = new HashMap<>();
  private final Set<At> keptVectors = new HashSet<>();
  private final Map<String, TreeSet<Long>> keptBars = new HashMap<>();
  private final Map<At, Long> vectorContents = new HashMap<>();
  private final Map<String, TreeMap<Long, FeatureValues>> lastOfBar = new HashMap<>();
  private final List<String> unequal = new ArrayList<>();
  private final List<String> misplaced = new ArrayList<>();
  private final Map<String, Integer> degraded = new TreeMap<>();
  private final long barMillis;
  private final long firstNumber;
  private long count;
  private long duplicated;
  private long duplicatedVectors;
  private long unasked;

  /** A symbol at a time: what brings a vector and its prediction together. */
  private record At(String symbol, long ts) {}

  /**
   * What copies of a prediction must have in common, everything that no clock has a say in, as a
   * number: of hours of predictions the whole would not fit into memory.
   */
  private static long contentOf(Prediction p) {
    long content = mixed(mixed(p.id().hashCode(), p.symbol().hashCode()), p.ts());
    for (ModelScore score : p.models()) {
      content = mixed(content, score.id().hashCode());
      content = mixed(content, score.digest().hashCode());
      content = mixed(content, score.status().ordinal());
      for (double value : score.output()) {
        content = mixed(content, Double.doubleToLongBits(value));
      }
    }
    return mixed(content, p.features().hashCode());
  }

  /** The same for a vector. */
  private static long contentOf(FeatureValues vector) {
    long content = vector.names().hashCode();
    for (int i = 0; i < vector.names().size(); i++) {
      content = mixed(content, Double.doubleToLongBits(vector.value(i)));
    }
    return content;
  }

  private static long mixed(long content, long next) {
    long sum = (content ^ next) * 0x9E3779B97F4A7C15L;
    return sum ^ (sum >>> 29);
  }

  /**
   * No answers yet.
   *
   * @param asked all price records
   * @param kept those whose prediction and vector are kept
   * @param firstNumber number of the first record from which on models should know enough
   */
  Answers(
      Collection<PriceRecord> asked,
      Collection<PriceRecord> kept,
      long barMillis,
      long firstNumber) {
    asked.forEach(record -> this.asked.put(record.place(), record));
    this.kept = new HashSet<>();
    for (PriceRecord record : kept) {
      this.kept.add(record.place());
      keptVectors.add(new At(record.event().symbol(), record.event().ts()));
      keptBars
          .computeIfAbsent(record.event().symbol(), symbol -> new TreeSet<>())
          .add(Math.floorDiv(record.event().ts(), barMillis));
    }
    this.barMillis = barMillis;
    this.firstNumber = firstNumber;
  }

  void add(Prediction prediction) {
    count++;
    Place place = new Place(prediction.source().partition(), prediction.source().offset());
    PriceRecord record = asked.get(place);
    if (record == null) {
      unasked++;
      return;
    }
    if (!record.event().symbol().equals(prediction.symbol())
        || record.event().ts() != prediction.ts()) {
      misplaced.add(prediction.id() + " of " + prediction.symbol() + " answers " + record);
    }
    if (record.number() >= firstNumber) {
      prediction.degradedReasons().forEach(why -> degraded.merge(why.name(), 1, Integer::sum));
    }
    long content = contentOf(prediction);
    Long before = first.putIfAbsent(place, content);
    if (before != null) {
      duplicated++;
      if (before != content) {
        unequal.add("copies of the answer to " + record + " differ, " + prediction.id());
      }
    } else if (kept.contains(place)) {
      predictions.put(place, prediction);
    }
  }

  void add(FeatureValues vector) {
    At at = new At(vector.symbol(), vector.ts());
    long content = contentOf(vector);
    Long before = vectorContents.putIfAbsent(at, content);
    if (before != null) {
      duplicatedVectors++;
      if (before != content) {
        unequal.add("vectors of " + vector.symbol() + " at " + vector.ts() + " differ");
      }
      return;
    }
    if (keptVectors.contains(at)) {
      vectors.put(at, vector);
    }
    long bar = Math.floorDiv(vector.ts(), barMillis);
    TreeSet<Long> wanted = keptBars.get(vector.symbol());
    Long next = wanted == null ? null : wanted.higher(bar);
    if (next != null && next - bar <= SequencePlan.LENGTH_MAX) {
      lastOfBar
          .computeIfAbsent(vector.symbol(), symbol -> new TreeMap<>())
          .merge(bar, vector, (old, now) -> now.ts() >= old.ts() ? now : old);
    }
  }

  /** The prediction of a kept record, the first if there are several; null if there is none. */
  @Nullable Prediction prediction(PriceRecord record) {
    return predictions.get(record.place());
  }

  /** The vector of a kept record, the first if there are several; null if there is none. */
  @Nullable FeatureValues vector(PriceRecord record) {
    return vectors.get(new At(record.event().symbol(), record.event().ts()));
  }

  /**
   * The vectors with which the bars before a kept record's own ended, oldest first: as many as the
   * longest sequence may have, for all would not fit into memory.
   */
  List<FeatureValues> closedBefore(PriceRecord record) {
    TreeMap<Long, FeatureValues> bars = lastOfBar.get(record.event().symbol());
    return bars == null
        ? List.of()
        : List.copyOf(bars.headMap(Math.floorDiv(record.event().ts(), barMillis), false).values());
  }

  /** Predictions in all. */
  long count() {
    return count;
  }

  /** Price records without a prediction. */
  long missing() {
    return asked.size() - first.size();
  }

  /** Some of the records without a prediction, and whether their vector is there, in words. */
  List<String> unanswered(int most) {
    return asked.values().stream()
        .filter(record -> !first.containsKey(record.place()))
        .sorted(Comparator.comparingLong(PriceRecord::appendedAt))
        .limit(most)
        .map(record ->
            record.event().symbol()
                + " at "
                + record.place()
                + ", appended at "
                + Instant.ofEpochMilli(record.appendedAt())
                + (vectorContents.containsKey(new At(record.event().symbol(), record.event().ts()))
                    ? ", with a vector"
                    : ", without a vector"))
        .toList();
  }

  /** Predictions of records that had one before. */
  long duplicated() {
    return duplicated;
  }

  /** Vectors of a symbol and time that had one before. */
  long duplicatedVectors() {
    return duplicatedVectors;
  }

  /** Predictions of records that are not there. */
  long unasked() {
    return unasked;
  }

  /** Copies that differ. */
  List<String> unequal() {
    return unequal;
  }

  /** Predictions of another symbol or time than the record that they name. */
  List<String> misplaced() {
    return misplaced;
  }

  /** How many predictions were degraded though models knew enough, by reason. */
  Map<String, Integer> degraded() {
    return degraded;
  }
}
