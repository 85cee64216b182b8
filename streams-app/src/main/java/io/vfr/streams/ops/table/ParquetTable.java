package io.vfr.streams.ops.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.Type;

/**
 * A table as Parquet: {@code symbol} a string, times 64-bit integers, all else doubles; missing
 * values null. Rows are kept until there are enough of them for a row group.
 */
final class ParquetTable implements TableWriter {
  private static final int ROWS_PER_GROUP = 1 << 15;

  private final ParquetFile file;
  private final String[] symbols = new String[ROWS_PER_GROUP];
  private final long[] ts = new long[ROWS_PER_GROUP];
  private final long[] labelTs = new long[ROWS_PER_GROUP];
  private final double[] labelReturns = new double[ROWS_PER_GROUP];
  private final double[][] features;
  private int rows;

  private ParquetTable(ParquetFile file, int features) {
    this.file = file;
    this.features = new double[features][ROWS_PER_GROUP];
  }

  static ParquetTable create(Path path, List<String> features) throws IOException {
    ParquetFile file = new ParquetFile(path);
    file.column(KEY_COLUMNS.get(0), Type.BYTE_ARRAY, true);
    file.column(KEY_COLUMNS.get(1), Type.INT64, true);
    file.column(KEY_COLUMNS.get(2), Type.INT64, false);
    file.column(KEY_COLUMNS.get(3), Type.DOUBLE, false);
    features.forEach(name -> file.column(name, Type.DOUBLE, false));
    return new ParquetTable(file, features.size());
  }

  @Override
  public void write(String symbol, long ts, long labelTs, double labelReturn, double[] values)
      throws IOException {
    symbols[rows] = symbol;
    this.ts[rows] = ts;
    this.labelTs[rows] = labelTs;
    labelReturns[rows] = labelReturn;
    for (int i = 0; i < values.length; i++) {
      features[i][rows] = values[i];
    }
    if (++rows == ROWS_PER_GROUP) {
      flush();
    }
  }

  private void flush() throws IOException {
    file.beginGroup(rows);
    ParquetPage page = new ParquetPage(rows);
    page.strings(Arrays.asList(symbols).subList(0, rows));
    file.write(page);
    page.longs(ts);
    file.write(page);
    page.longsWhere(labelTs, labelReturns);
    file.write(page);
    page.doubles(labelReturns);
    file.write(page);
    for (double[] values : features) {
      page.doubles(values);
      file.write(page);
    }
    file.endGroup();
    rows = 0;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (rows > 0) {
        flush();
      }
      file.finish();
    }
  }
}
