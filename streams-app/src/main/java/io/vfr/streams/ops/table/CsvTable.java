package io.vfr.streams.ops.table;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table as CSV: a header, quotes as in RFC 4180, lines that end with LF, UTF-8, missing values
 * empty. Numbers are the shortest texts that read back as the same double.
 */
final class CsvTable implements TableWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  private final CsvWriter writer;
  private final String[] cells;

  private CsvTable(CsvWriter writer, int features) {
    this.writer = writer;
    cells = new String[KEY_COLUMNS.size() + features];
  }

  static CsvTable create(Path file, List<String> features, boolean gzip) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    OutputStream text = gzip ? new FastGzip(out) : out;
    CsvTable table =
        new CsvTable(
            CsvWriter.builder()
                .bufferSize(BUFFER_BYTES)
                .lineDelimiter(LineDelimiter.LF)
                .build(text, StandardCharsets.UTF_8),
            features.size());
    List<String> header = new ArrayList<>(KEY_COLUMNS);
    header.addAll(features);
    table.writer.writeRecord(header);
    return table;
  }

  @Override
  public void write(String symbol, long ts, long labelTs, double labelReturn, double[] features) {
    cells[0] = symbol;
    cells[1] = Long.toString(ts);
    cells[2] = Double.isNaN(labelReturn) ? "" : Long.toString(labelTs);
    cells[3] = text(labelReturn);
    for (int i = 0; i < features.length; i++) {
      cells[KEY_COLUMNS.size() + i] = text(features[i]);
    }
    writer.writeRecord(cells);
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
