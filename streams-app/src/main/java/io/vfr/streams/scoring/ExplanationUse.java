package io.vfr.streams.scoring;

/**
 * What an explanation is made for, and so what it may cost (docs/decisions/0010). The bounds count
 * work and not time: the same forecast has the same drivers wherever and whenever it is explained.
 */
public enum ExplanationUse {
  /**
   * A prediction that raises an alert, on the stream thread: a neural model may be run for one
   * batch, and trees may take a millisecond.
   */
  ALERT("alert", 32, 100_000),
  /** A request, off the stream threads: whatever can be explained within seconds. */
  REQUEST("request", 4_096, 100_000_000);

  private final String tag;
  private final int rowsMax;
  private final long stepsMax;

  ExplanationUse(String tag, int rowsMax, long stepsMax) {
    this.tag = tag;
    this.rowsMax = rowsMax;
    this.stepsMax = stepsMax;
  }

  /** Its name in metrics. */
  String tag() {
    return tag;
  }

  /** Most rows that a model may be run for, by {@code Attribution.rowsPerCall}. */
  int rowsMax() {
    return rowsMax;
  }

  /** Most steps of an attribution, by {@code Attribution.stepsPerCall}. */
  long stepsMax() {
    return stepsMax;
  }
}
