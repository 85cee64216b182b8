package io.vfr.streams.steward;

import io.vfr.streams.scoring.ModelScores.RowScores;

/**
 * What became of the rows that one model was asked about since a promotion.
 *
 * @param micros time spent in scored rows, microseconds
 */
record RowTotals(long scored, long failed, long micros) {
  static final RowTotals NONE = new RowTotals(0, 0, 0);

  RowTotals plus(RowScores more) {
    return new RowTotals(scored + more.scored(), failed + more.failed(), micros + more.micros());
  }

  long rows() {
    return scored + failed;
  }

  double failureRate() {
    return rows() == 0 ? 0 : (double) failed / rows();
  }

  /** Mean time of a scored row, microseconds; 0 if there is none. */
  double meanMicros() {
    return scored == 0 ? 0 : (double) micros / scored;
  }
}
