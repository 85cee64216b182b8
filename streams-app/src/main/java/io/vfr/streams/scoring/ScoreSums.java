package io.vfr.streams.scoring;

import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Duel;
import io.vfr.streams.scoring.ModelScores.FeatureCounts;
import io.vfr.streams.scoring.ModelScores.RowScores;
import io.vfr.streams.scoring.ModelScores.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up what one task learns of the models between two commits. */
final class ScoreSums {
  private static final class Bar {
    private long outcomes;
    private long stated;
    private long inside;
    private final Map<String, Tally> models = new TreeMap<>();
    private final Map<String, Duel> duels = new TreeMap<>();
  }

  private final int partition;
  private final Map<Long, Bar> bars = new TreeMap<>();
  private final Map<String, RowScores> rows = new TreeMap<>();

  ScoreSums(int partition) {
    this.partition = partition;
  }

  /** What the models did in one row. */
  void scored(List<ModelScore> models) {
    for (ModelScore model : models) {
      ModelStatus status = model.status();
      boolean isScored = status == ModelStatus.OK || status == ModelStatus.SHADOW;
      rows.merge(
          model.id() + "@" + model.version(),
          new RowScores(
              model.id() + "@" + model.version(),
              isScored ? 1 : 0,
              status == ModelStatus.FAILED ? 1 : 0,
              status == ModelStatus.SKIPPED ? 1 : 0,
              model.latencyMicros()),
          (a, b) ->
              new RowScores(
                  a.model(),
                  a.scored() + b.scored(),
                  a.failed() + b.failed(),
                  a.skipped() + b.skipped(),
                  a.micros() + b.micros()));
    }
  }

  /**
   * A prediction met its horizon.
   *
   * @param barMillis start of the bar that realised it
   * @param inside whether it fell into its interval; null if it had none
   */
  void met(
      PendingPrediction prediction, long barMillis, double realized, @Nullable Boolean inside) {
    Bar bar = bars.computeIfAbsent(barMillis, start -> new Bar());
    bar.outcomes++;
    bar.stated += inside == null ? 0 : 1;
    bar.inside += Boolean.TRUE.equals(inside) ? 1 : 0;
    for (JudgedForecast model : prediction.models()) {
      boolean hit = model.hit(prediction.usual(), prediction.band(), realized);
      double loss = model.loss(prediction.usual(), realized);
      bar.models.merge(
          model.key(),
          new Tally(model.key(), 1, hit ? 1 : 0, loss),
          (a, b) ->
              new Tally(
                  a.model(),
                  a.outcomes() + b.outcomes(),
                  a.hits() + b.hits(),
                  a.loss() + b.loss()));
      if (!model.shadow()) {
        duels(bar, prediction, model, hit, loss, realized);
      }
    }
  }

  private static void duels(
      Bar bar,
      PendingPrediction prediction,
      JudgedForecast champion,
      boolean hit,
      double loss,
      double realized) {
    for (JudgedForecast shadow : prediction.models()) {
      if (!shadow.shadow() || !shadow.id().equals(champion.id())) {
        continue;
      }
      boolean shadowHit = shadow.hit(prediction.usual(), prediction.band(), realized);
      double difference = loss - shadow.loss(prediction.usual(), realized);
      bar.duels.merge(
          champion.key() + "|" + shadow.key(),
          new Duel(
              champion.key(),
              shadow.key(),
              1,
              (shadowHit ? 1 : 0) - (hit ? 1 : 0),
              Math.clamp(difference, -1, 1)),
          (a, b) ->
              new Duel(
                  a.champion(),
                  a.shadow(),
                  a.outcomes() + b.outcomes(),
                  a.hitDifference() + b.hitDifference(),
                  a.lossDifference() + b.lossDifference()));
    }
  }

  /**
   * What was added since the last call; null if nothing was.
   *
   * @param features counts that leave with it
   */
  @Nullable ModelScores take(List<FeatureCounts> features) {
    if (bars.isEmpty() && rows.isEmpty() && features.isEmpty()) {
      return null;
    }
    List<BarScores> taken = new ArrayList<>(bars.size());
    bars.forEach((start, bar) ->
        taken.add(
            new BarScores(
                start,
                bar.outcomes,
                bar.stated,
                bar.inside,
                List.copyOf(bar.models.values()),
                List.copyOf(bar.duels.values()))));
    ModelScores scores = new ModelScores(partition, taken, List.copyOf(rows.values()), features);
    clear();
    return scores;
  }

  /** Forgets what was added. */
  void clear() {
    bars.clear();
    rows.clear();
  }
}
