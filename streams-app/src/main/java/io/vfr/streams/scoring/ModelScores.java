package io.vfr.streams.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one task has learnt of the models since its last commit: the value of {@code
 * vfr.model-scores}, JSON, key the partition. Increments: the steward adds them up.
 *
 * @param partition partition of the prices that the task reads
 * @param bars by the bar that realised the outcomes
 * @param rows what became of rows, by model
 * @param features how features were distributed
 */
public record ModelScores(
    int partition, List<BarScores> bars, List<RowScores> rows, List<FeatureCounts> features) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public ModelScores(
      int partition,
      List<BarScores> bars,
      List<RowScores> rows,
      @Nullable List<FeatureCounts> features) {
    this.partition = partition;
    this.bars = List.copyOf(bars);
    this.rows = List.copyOf(rows);
    // Records of releases that did not count them have none.
    this.features = features == null ? List.of() : List.copyOf(features);
  }

  /**
   * The outcomes of one bar.
   *
   * @param bar start of the bar whose close realised them, epoch milliseconds
   * @param outcomes predictions that met their horizon
   * @param stated those of them that had an interval
   * @param inside those that fell into theirs
   */
  public record BarScores(
      long bar, long outcomes, long stated, long inside, List<Tally> models, List<Duel> duels) {
    public BarScores {
      models = List.copyOf(models);
      duels = List.copyOf(duels);
    }
  }

  /** How one model, {@code id@version}, did in the outcomes of one bar. */
  public record Tally(String model, long outcomes, long hits, double loss) {}

  /**
   * A champion beside a shadow of the same id in the same outcomes.
   *
   * @param hitDifference sum of (shadow's hit − champion's), each −1, 0 or 1
   * @param lossDifference sum of (champion's loss − shadow's), each clipped to −1..1
   */
  public record Duel(
      String champion, String shadow, long outcomes, long hitDifference, double lossDifference) {}

  /**
   * What became of the rows that one model was asked about.
   *
   * @param scored rows with an output
   * @param failed rows in which it threw, timed out or returned no number
   * @param skipped rows that lacked a required input
   * @param micros time spent in scored rows, microseconds
   */
  public record RowScores(String model, long scored, long failed, long skipped, long micros) {}

  /**
   * How one feature was distributed over the sampled bars of a task, by the bins of the reference
   * that these models share.
   *
   * @param models {@code id@version}
   * @param bar the newest of the bars, epoch milliseconds
   * @param counts by bin of the {@link io.vfr.models.manifest.FeatureDistribution}, then missing
   */
  public record FeatureCounts(List<String> models, String feature, long bar, List<Long> counts) {
    public FeatureCounts {
      models = List.copyOf(models);
      counts = List.copyOf(counts);
    }
  }

  /** As JSON. */
  public byte[] bytes() {
    try {
      return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("model scores could not be written", e);
    }
  }

  /**
   * Reads what {@link #bytes()} wrote.
   *
   * @throws IOException if it is something else
   */
  public static ModelScores read(byte[] json) throws IOException {
    return JSON.readValue(json, ModelScores.class);
  }
}
