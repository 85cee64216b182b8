package io.vfr.streams.cli.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Macro series by time of availability. */
final class MacroHistory {
  private final Map<String, TreeMap<Long, Double>> series = new HashMap<>();

  private MacroHistory() {}

  static MacroHistory read(Path file) throws IOException {
    MacroHistory history = new MacroHistory();
    CsvTable.read(
        file,
        row -> {
          double value = CsvTable.number(row, "value");
          if (!Double.isNaN(value)) {
            history
                .series
                .computeIfAbsent(row.getField("series"), name -> new TreeMap<>())
                .put(CsvTable.millis(row, "ts"), value);
          }
        });
    return history;
  }

  /** The newest value known at a time, or NaN. */
  double valueAt(String name, long millis) {
    if (name.equals("yield_curve_10y_2y")) {
      return valueAt("dgs10", millis) - valueAt("dgs2", millis);
    }
    NavigableMap<Long, Double> values = series.get(name);
    Map.Entry<Long, Double> entry = values == null ? null : values.floorEntry(millis);
    return entry == null ? Double.NaN : entry.getValue();
  }
}
