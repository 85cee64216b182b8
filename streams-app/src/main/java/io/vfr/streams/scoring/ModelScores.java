package io.vfr.streams.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What one task has learnt of the models since its last commit: the value of {@code
 * vfr.model-scores}, JSON, key the partition. Increments: the steward adds them up.
 *
 * @param partition partition of the prices that the task reads
 * @param bars by the bar that realised the outcomes
 * @param rows what became of rows, by model
 */
record ModelScores(int partition, List<BarScores> bars, List<RowScores> rows) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  ModelScores {
    bars = List.copyOf(bars);
    rows = List.copyOf(rows);
  }

  /**
   * The outcomes of one bar.
   *
   * @param bar start of the bar whose close realised them, epoch milliseconds
   * @param outcomes predictions that met their horizon
   * @param stated those of them that had an interval
   * @param inside those that fell into theirs
   */
  record BarScores(
      long bar, long outcomes, long stated, long inside, List<Tally> models, List<Duel> duels) {
    BarScores {
      models = List.copyOf(models);
      duels = List.copyOf(duels);
    }
  }

  /** How one model, {@code id@version}, did in the outcomes of one bar. */
  record Tally(String model, long outcomes, long hits, double loss) {}

  /**
   * A champion beside a shadow of the same id in the same outcomes.
   *
   * @param hitDifference sum of (shadow's hit − champion's), each −1, 0 or 1
   * @param lossDifference sum of (champion's loss − shadow's), each clipped to −1..1
   */
  record Duel(
      String champion, String shadow, long outcomes, long hitDifference, double lossDifference) {}

  /**
   * What became of the rows that one model was asked about.
   *
   * @param scored rows with an output
   * @param failed rows in which it threw, timed out or returned no number
   * @param skipped rows that lacked a required input
   * @param micros time spent in scored rows, microseconds
   */
  record RowScores(String model, long scored, long failed, long skipped, long micros) {}

  byte[] bytes() {
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
  static ModelScores read(byte[] json) throws IOException {
    return JSON.readValue(json, ModelScores.class);
  }
}
