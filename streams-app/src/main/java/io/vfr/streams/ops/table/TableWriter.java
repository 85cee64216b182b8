package io.vfr.streams.ops.table;

import java.io.IOException;
import java.util.List;

/** Writes a table of labelled feature vectors, row by row. */
public interface TableWriter extends AutoCloseable {
  /** The columns before the features: the keys, then the label. */
  List<String> KEY_COLUMNS = List.of("symbol", "ts", "label_ts", "label_return");

  /**
   * Writes one row.
   *
   * @param ts epoch milliseconds
   * @param labelTs when the label was known, epoch milliseconds; left empty if there is no label
   * @param labelReturn the label, or NaN if there is none
   * @param features one value for each feature column, NaN is missing; not kept
   */
  void write(String symbol, long ts, long labelTs, double labelReturn, double[] features)
      throws IOException;

  /** Completes the file. Without it the file is of no use. */
  @Override
  void close() throws IOException;
}
