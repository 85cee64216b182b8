package io.vfr.bench.flow;

import java.util.List;
import java.util.Map;

/** A model as the day's work has it: one call a record through the library that made it. */
interface DayModel extends AutoCloseable {
  /** What others may read of it, as {@code model.<id>}. */
  String id();

  /**
   * Its output.
   *
   * @param rows features of the last bars, the newest last, at most {@link #ROWS_MAX}
   * @param outputs of the models that were asked before
   * @return NaN if a sequence is not that long yet
   */
  double score(List<Map<String, Double>> rows, Map<String, Double> outputs);

  /** The longest sequence of the shipped models. */
  int ROWS_MAX = 32;

  @Override
  void close();
}
