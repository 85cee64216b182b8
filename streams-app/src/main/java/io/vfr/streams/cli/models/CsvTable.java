package io.vfr.streams.cli.models;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Reads the CSV files of the project, plain or gzip, row by row. */
final class CsvTable {
  private CsvTable() {}

  /** Hands every row to a consumer. */
  static void read(Path file, Consumer<NamedCsvRecord> row) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
        CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(reader)) {
      csv.forEach(row);
    }
  }

  /** A number; NaN for an empty field or anything that is not a finite number. */
  static double number(NamedCsvRecord row, String field) {
    try {
      double value = Double.parseDouble(row.getField(field));
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * A time: epoch milliseconds, or an ISO-8601 date or instant.
   *
   * @throws IllegalArgumentException naming the line, the field and what is allowed
   */
  static long millis(NamedCsvRecord row, String field) {
    String text = row.getField(field);
    try {
      if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Long.parseLong(text);
      }
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
          : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "line "
              + row.getStartingLineNumber()
              + ": "
              + field
              + " is \""
              + text
              + "\"; it must be epoch milliseconds or an ISO-8601 date or instant",
          e);
    }
  }
}
