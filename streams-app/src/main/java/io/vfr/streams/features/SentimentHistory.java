package io.vfr.streams.features;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The observations of one symbol and source, grouped in panes of one hop of the window.
 *
 * <p>Observations form a set: one that arrives twice counts once, and sums are taken in the order
 * of (time, values), so the order of arrival leaves no trace in any bit. Sums are recomputed only
 * for panes that changed.
 */
final class SentimentHistory {
  /** The most observations kept for one symbol and source; the oldest pane goes first. */
  static final int OBSERVATIONS_MAX = 100_000;

  /**
   * One observation.
   *
   * @param sentiment 0..1, 0.5 is neutral
   * @param confidence 0..1
   * @param mentions how many texts it stands for
   */
  record Observation(long ts, double sentiment, double confidence, long mentions)
      implements Comparable<Observation> {
    @Override
    public int compareTo(Observation other) {
      int order = Long.compare(ts, other.ts);
      if (order == 0) {
        order = Double.compare(sentiment, other.sentiment);
      }
      if (order == 0) {
        order = Double.compare(confidence, other.confidence);
      }
      return order == 0 ? Long.compare(mentions, other.mentions) : order;
    }
  }

  /** Weighted sums over a span; the weight of an observation is confidence × mentions. */
  static final class Sums {
    private double weight;
    private double weightedSentiment;
    private double weightedConfidence;
    private double mentions;

    void clear() {
      weight = 0;
      weightedSentiment = 0;
      weightedConfidence = 0;
      mentions = 0;
    }

    private void add(Observation o) {
      double w = o.confidence * o.mentions;
      weight += w;
      weightedSentiment += w * o.sentiment;
      weightedConfidence += w * o.confidence;
      mentions += o.mentions;
    }

    private void add(Sums other) {
      weight += other.weight;
      weightedSentiment += other.weightedSentiment;
      weightedConfidence += other.weightedConfidence;
      mentions += other.mentions;
    }

    /** Whether any observation carries weight; without one there is nothing to average. */
    boolean hasWeight() {
      return weight > 0;
    }

    double sentiment() {
      return weightedSentiment / weight;
    }

    double confidence() {
      return weightedConfidence / weight;
    }

    double mentions() {
      return mentions;
    }
  }

  private static final class Pane {
    private final List<Observation> observations = new ArrayList<>(2);
    private final Sums sums = new Sums();
    private boolean summed;

    private Sums sums() {
      if (!summed) {
        sums.clear();
        for (Observation o : observations) {
          sums.add(o);
        }
        summed = true;
      }
      return sums;
    }
  }

  private final long hopMillis;

  /** Most symbols have no observations from most sources: they share this one. */
  private static final NavigableMap<Long, Pane> NO_PANES = Collections.emptyNavigableMap();

  private NavigableMap<Long, Pane> panes = NO_PANES;
  private int size;

  SentimentHistory(long hopMillis) {
    this.hopMillis = hopMillis;
  }

  /** Adds an observation; false if it is there already. */
  boolean add(Observation observation) {
    if (panes == NO_PANES) {
      panes = new TreeMap<>();
    }
    Pane pane = panes.computeIfAbsent(Math.floorDiv(observation.ts, hopMillis), p -> new Pane());
    int at = Collections.binarySearch(pane.observations, observation);
    if (at >= 0) {
      return false;
    }
    pane.observations.add(-at - 1, observation);
    pane.summed = false;
    size++;
    return true;
  }

  /**
   * Sums the observations of panes {@code firstPane..lastPane} whose time is at most {@code
   * untilMillis}.
   *
   * @param into cleared, then filled
   */
  void sum(long firstPane, long lastPane, long untilMillis, Sums into) {
    into.clear();
    if (size == 0) {
      return;
    }
    for (Map.Entry<Long, Pane> entry : panes.subMap(firstPane, true, lastPane, true).entrySet()) {
      Pane pane = entry.getValue();
      List<Observation> observations = pane.observations;
      if (observations.get(observations.size() - 1).ts <= untilMillis) {
        into.add(pane.sums());
      } else {
        addUntil(observations, untilMillis, into);
      }
    }
  }

  private static void addUntil(List<Observation> observations, long untilMillis, Sums into) {
    Sums part = new Sums();
    for (Observation o : observations) {
      if (o.ts <= untilMillis) {
        part.add(o);
      }
    }
    into.add(part);
  }

  /** The time of the newest observation at or before t, or -1. */
  long newestAt(long millis) {
    for (Map.Entry<Long, Pane> entry = panes.floorEntry(Math.floorDiv(millis, hopMillis));
        entry != null;
        entry = panes.lowerEntry(entry.getKey())) {
      List<Observation> observations = entry.getValue().observations;
      for (int i = observations.size() - 1; i >= 0; i--) {
        if (observations.get(i).ts <= millis) {
          return observations.get(i).ts;
        }
      }
    }
    return -1;
  }

  /**
   * Forgets panes that end at or before a time, but never the newest one before it: the age of the
   * newest observation must stay known. Beyond {@link #OBSERVATIONS_MAX} the oldest panes go
   * regardless.
   *
   * @return what was forgotten, for the caller to delete from the store
   */
  List<Observation> prune(long earliestMillis) {
    if (size == 0) {
      return List.of();
    }
    long keepFrom = Math.floorDiv(earliestMillis, hopMillis);
    Long newestBefore = panes.lowerKey(keepFrom);
    if ((newestBefore == null || panes.firstKey().equals(newestBefore))
        && size <= OBSERVATIONS_MAX) {
      return List.of();
    }
    List<Observation> gone = new ArrayList<>();
    while (!panes.isEmpty()
        && (size > OBSERVATIONS_MAX || (newestBefore != null && panes.firstKey() < newestBefore))) {
      List<Observation> oldest = panes.pollFirstEntry().getValue().observations;
      size -= oldest.size();
      gone.addAll(oldest);
    }
    return gone;
  }
}
