package io.vfr.streams.cli.models;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fundamentals records by symbol, looked up by the as-of rule of the stream. */
final class FundamentalsHistory {
  private record Record(long knownAt, long periodEnd, Map<String, Double> values) {
    boolean isNewerThan(@Nullable Record other) {
      return other == null
          || periodEnd > other.periodEnd
          || (periodEnd == other.periodEnd && knownAt > other.knownAt);
    }
  }

  private final Map<String, List<Record>> bySymbol = new HashMap<>();

  private FundamentalsHistory() {}

  static FundamentalsHistory read(Path file) throws IOException {
    FundamentalsHistory history = new FundamentalsHistory();
    CsvTable.read(file, history::add);
    return history;
  }

  private void add(NamedCsvRecord row) {
    Map<String, Double> values = new HashMap<>();
    for (String field : row.getHeader()) {
      if (!field.equals("symbol") && !field.equals("knownAt") && !field.equals("periodEnd")) {
        values.put(field, CsvTable.number(row, field));
      }
    }
    bySymbol
        .computeIfAbsent(row.getField("symbol"), symbol -> new ArrayList<>())
        .add(
            new Record(CsvTable.millis(row, "knownAt"), CsvTable.millis(row, "periodEnd"), values));
  }

  /** The value of the newest period known at a time, or NaN. */
  double valueAt(String symbol, String name, long millis) {
    Record newest = null;
    for (Record record : bySymbol.getOrDefault(symbol, List.of())) {
      if (record.knownAt <= millis && record.isNewerThan(newest)) {
        newest = record;
      }
    }
    return newest == null ? Double.NaN : newest.values.getOrDefault(name, Double.NaN);
  }
}
