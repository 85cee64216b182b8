package io.vfr.streams.ops.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The file formats of a table. */
public enum TableFormat {
  CSV("csv"),
  CSV_GZ("csv.gz"),
  PARQUET("parquet");

  private final String label;

  TableFormat(String label) {
    this.label = label;
  }

  /** The word for it: the extension of its files. */
  public String label() {
    return label;
  }

  /** The labels of all formats, for messages. */
  public static String labels() {
    return Arrays.stream(values()).map(TableFormat::label).collect(Collectors.joining(", "));
  }

  /** The format with a label. */
  public static Optional<TableFormat> labelled(String label) {
    return Arrays.stream(values()).filter(format -> format.label.equals(label)).findFirst();
  }

  /** The format that a file's name ends with. */
  public static Optional<TableFormat> of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(format -> name.endsWith("." + format.label)).findFirst();
  }

  /**
   * Creates a file.
   *
   * @param features names of the feature columns, in order
   * @throws IllegalArgumentException if two columns would have one name
   * @throws IOException if the file cannot be written
   */
  public TableWriter create(Path file, List<String> features) throws IOException {
    Set<String> names = new HashSet<>(TableWriter.KEY_COLUMNS);
    for (String feature : features) {
      if (!names.add(feature)) {
        throw new IllegalArgumentException("two columns would be named " + feature);
      }
    }
    return switch (this) {
      case CSV -> CsvTable.create(file, features, false);
      case CSV_GZ -> CsvTable.create(file, features, true);
      case PARQUET -> ParquetTable.create(file, features);
    };
  }
}
