package io.vfr.streams.cli.models;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.vfr.streams.features.window.Bar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bars of every symbol in order of time. A row that the stream would not accept is left out,
 * and of two rows with the same symbol and time the later one counts, as in the stream.
 */
final class PriceHistory {
  private final TreeMap<String, TreeMap<Long, Bar>> bars = new TreeMap<>();
  private int rows;
  private int rejected;

  private PriceHistory() {}

  static PriceHistory read(Path file) throws IOException {
    PriceHistory history = new PriceHistory();
    CsvTable.read(file, history::add);
    return history;
  }

  private void add(NamedCsvRecord row) {
    rows++;
    double open = CsvTable.number(row, "open");
    double high = CsvTable.number(row, "high");
    double low = CsvTable.number(row, "low");
    double close = CsvTable.number(row, "close");
    double volume = CsvTable.number(row, "volume");
    boolean valid =
        low > 0
            && low <= open
            && open <= high
            && low <= close
            && close <= high
            && high <= Bar.PRICE_MAX
            && volume >= 0;
    if (!valid) {
      rejected++;
      return;
    }
    long ts = CsvTable.millis(row, "ts");
    bars.computeIfAbsent(row.getField("symbol"), symbol -> new TreeMap<>())
        .put(ts, new Bar(ts, open, high, low, close, volume, Double.NaN));
  }

  Map<String, List<Bar>> bySymbol() {
    Map<String, List<Bar>> lists = new TreeMap<>();
    bars.forEach((symbol, byTime) -> lists.put(symbol, List.copyOf(byTime.values())));
    return lists;
  }

  int rows() {
    return rows;
  }

  int rejected() {
    return rejected;
  }
}
