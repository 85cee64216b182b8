package io.vfr.streams.ops.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a replay did.
 *
 * @param topics counts by topic, in the order of sending
 * @param application whether a running application had taken the side inputs before the first price
 * @param seconds from the first row to the last acknowledgement
 */
public record ReplayResult(Map<String, Count> topics, Application application, double seconds) {
  public ReplayResult {
    topics = Collections.unmodifiableMap(new LinkedHashMap<>(topics));
  }

  /**
   * Rows of one topic: rows = sent + failed.
   *
   * @param sent acknowledged by every replica in sync
   * @param failed not acknowledged
   */
  public record Count(long rows, long sent, long failed) {}

  /** How a running application stood to the side inputs when the prices began. */
  public enum Application {
    /** No member of its group was there, or there was nothing to wait for. */
    @JsonProperty("not-running")
    NOT_RUNNING,
    /** It had committed all of them. */
    @JsonProperty("caught-up")
    CAUGHT_UP,
    /** It had not when the time was over. */
    @JsonProperty("behind")
    BEHIND
  }

  /** Rows that no broker has acknowledged. */
  public long failed() {
    return topics.values().stream().mapToLong(Count::failed).sum();
  }

  /** All rows. */
  public long rows() {
    return topics.values().stream().mapToLong(Count::rows).sum();
  }
}
