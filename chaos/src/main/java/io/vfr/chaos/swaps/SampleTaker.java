package io.vfr.chaos.swaps;

import io.vfr.chaos.oracle.Sample;
import io.vfr.models.manifest.Sequence;
import io.vfr.schemas.FeatureValues;
import io.vfr.schemas.Prediction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings vectors and predictions of a few symbols together and keeps some of every set of models.
 * Not thread-safe.
 */
final class SampleTaker {
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final int perSet;
  private final Map<String, Track> tracks = new HashMap<>();
  private final Map<String, Integer> taken = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private boolean taking;

  /** One symbol's bars so far, and what waits for its other half, by time. */
  private static final class Track {
    final Deque<FeatureValues> bars = new ArrayDeque<>();
    List<FeatureValues> closed = List.of();
    @Nullable FeatureValues last;
    final Map<Long, Vector> vectors = new HashMap<>();
    final Map<Long, Prediction> predictions = new HashMap<>();

    void add(FeatureValues vector) {
      FeatureValues before = last;
      if (before != null && Math.floorDiv(before.ts(), DAY) < Math.floorDiv(vector.ts(), DAY)) {
        bars.addLast(before);
        if (bars.size() >= Sequence.LENGTH_MAX) {
          bars.removeFirst();
        }
        closed = List.copyOf(bars);
      }
      last = vector;
    }
  }

  private record Vector(FeatureValues values, List<FeatureValues> closed) {}

  /**
   * A taker.
   *
   * @param perSet how many predictions of each set are kept
   */
  SampleTaker(List<String> symbols, int perSet) {
    this.perSet = perSet;
    symbols.forEach(symbol -> tracks.put(symbol, new Track()));
  }

  /** Whether a symbol is followed. */
  boolean follows(String symbol) {
    return tracks.containsKey(symbol);
  }

  /** Takes samples from now on: history is over. */
  void begin() {
    taking = true;
  }

  void vector(FeatureValues vector) {
    Track track = tracks.get(vector.symbol());
    if (track == null) {
      return;
    }
    track.add(vector);
    if (taking) {
      Vector known = new Vector(vector, track.closed);
      Prediction prediction = track.predictions.remove(vector.ts());
      if (prediction == null) {
        track.vectors.put(vector.ts(), known);
      } else {
        take(known, prediction);
      }
    }
  }

  void prediction(Prediction prediction) {
    Track track = tracks.get(prediction.symbol());
    if (track == null || !taking) {
      return;
    }
    Vector vector = track.vectors.remove(prediction.ts());
    if (vector == null) {
      track.predictions.put(prediction.ts(), prediction);
    } else {
      take(vector, prediction);
    }
  }

  private void take(Vector vector, Prediction prediction) {
    if (taken.merge(ModelNames.setOf(prediction.id()), 1, Integer::sum) <= perSet) {
      samples.add(
          new Sample(prediction.id(), vector.values(), vector.closed(), prediction.models()));
    }
  }

  /** What was kept. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }
}
