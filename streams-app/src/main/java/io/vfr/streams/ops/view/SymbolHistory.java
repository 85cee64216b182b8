package io.vfr.streams.ops.view;

import io.vfr.schemas.Outcome;
import io.vfr.schemas.Prediction;
import io.vfr.schemas.PredictionInterval;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last predictions of one symbol and what became of earlier ones. Not thread-safe. */
final class SymbolHistory {
  static final int POINTS_MAX = 60;
  static final int OUTCOMES_MAX = 120;

  private final Deque<PredictionPoint> points = new ArrayDeque<>();
  private final Deque<OutcomePoint> outcomes = new ArrayDeque<>();
  private byte @Nullable [] latest;
  private long latestTs = Long.MIN_VALUE;

  void add(Prediction prediction, byte[] message) {
    if (prediction.ts() < latestTs) {
      // A late event made an older bar anew; what is newest stays.
      return;
    }
    latest = message;
    latestTs = prediction.ts();
    PredictionInterval interval = prediction.interval();
    points.addLast(
        new PredictionPoint(
            prediction.ts(),
            prediction.expectedReturn(),
            interval == null ? Double.NaN : interval.lower(),
            interval == null ? Double.NaN : interval.upper(),
            prediction.consensus().score()));
    while (points.size() > POINTS_MAX) {
      points.removeFirst();
    }
  }

  void add(Outcome outcome) {
    Boolean inside = outcome.insideInterval();
    outcomes.addLast(
        new OutcomePoint(outcome.ts(), outcome.predicted(), outcome.realized(), inside));
    while (outcomes.size() > OUTCOMES_MAX) {
      outcomes.removeFirst();
    }
  }

  /** The newest prediction's message; null if only outcomes are known. */
  byte @Nullable [] latest() {
    return latest;
  }

  List<PredictionPoint> points() {
    return List.copyOf(points);
  }

  List<OutcomePoint> outcomes() {
    return List.copyOf(outcomes);
  }
}
