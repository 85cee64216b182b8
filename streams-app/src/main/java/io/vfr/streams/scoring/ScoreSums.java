package io.vfr.streams.scoring;

import io.vfr.schemas.ModelScore;
import io.vfr.schemas.ModelStatus;
import io.vfr.streams.scoring.ModelScores.BarScores;
import io.vfr.streams.scoring.ModelScores.Duel;
import io.vfr.streams.scoring.ModelScores.FeatureCounts;
import io.vfr.streams.scoring.ModelScores.RowScores;
import io.vfr.streams.scoring.ModelScores.Tally;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final Map<String, Hits> models = new TreeMap<>();
    private final Map<String, Duel> duels = new TreeMap<>();

    private BarScores taken(long start) {
      List<Tally> tallies = new ArrayList<>(models.size());
      models.forEach((key, sum) -> tallies.add(new Tally(key, sum.outcomes, sum.hits, sum.loss)));
      return new BarScores(start, outcomes, stated, inside, tallies, List.copyOf(duels.values()));
    }
  }

  /** Sums over the outcomes of one model. */
  private static final class Hits {
    private long outcomes;
    private long hits;
    private double loss;
  }

  /** Sums over the rows of one model. */
  private static final class Rows {
    private final String id;
    private final String version;
    private long scored;
    private long failed;
    private long skipped;
    private long micros;

    Rows(String id, String version) {
      this.id = id;
      this.version = version;
    }

    boolean isOf(ModelScore model) {
      return id.equals(model.id()) && version.equals(model.version());
    }

    RowScores taken() {
      return new RowScores(id + "@" + version, scored, failed, skipped, micros);
    }
  }

  private final int partition;
  private final Map<Long, Bar> bars = new TreeMap<>();

  /** One for each model, of which there are few. */
  private final List<Rows> rows = new ArrayList<>();

  ScoreSums(int partition) {
    this.partition = partition;
  }

  /** What the models did in one row. */
  void scored(List<ModelScore> models) {
    for (ModelScore model : models) {
      ModelStatus status = model.status();
      Rows sums = rowsOf(model);
      sums.scored += status == ModelStatus.OK || status == ModelStatus.SHADOW ? 1 : 0;
      sums.failed += status == ModelStatus.FAILED ? 1 : 0;
      sums.skipped += status == ModelStatus.SKIPPED ? 1 : 0;
      sums.micros += model.latencyMicros();
    }
  }

  private Rows rowsOf(ModelScore model) {
    for (Rows known : rows) {
      if (known.isOf(model)) {
        return known;
      }
    }
    Rows added = new Rows(model.id(), model.version());
    rows.add(added);
    return added;
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
      Hits sums = bar.models.computeIfAbsent(model.key(), key -> new Hits());
      sums.outcomes++;
      sums.hits += hit ? 1 : 0;
      sums.loss += loss;
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
    bars.forEach((start, bar) -> taken.add(bar.taken(start)));
    List<RowScores> rowScores =
        rows.stream().map(Rows::taken).sorted(Comparator.comparing(RowScores::model)).toList();
    ModelScores scores = new ModelScores(partition, taken, rowScores, features);
    clear();
    return scores;
  }

  /** Forgets what was added. */
  void clear() {
    bars.clear();
    rows.clear();
  }
}
