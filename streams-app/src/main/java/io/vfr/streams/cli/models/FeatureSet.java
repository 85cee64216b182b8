package io.vfr.streams.cli.models;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The rows that {@code vfr features export} wrote, with the columns that one model reads. No
 * feature is computed here: what trains is what the stream would score.
 */
final class FeatureSet {
  /** A longer gap is a halt or a change of listing, not a next bar. */
  private static final long GAP_MILLIS_MAX = Duration.ofDays(7).toMillis();

  /** Below this a price does not move, and dividing by it means nothing. */
  private static final double SIGMA_MIN = 1e-4;

  private static final int HELD_OUT_MODULUS = 5;
  private static final int READ_BYTES = 1 << 16;
  private static final String SIGMA = "volatility_20d";
  private static final List<String> KEYS = List.of("symbol", "ts", "label_ts", "label_return");

  /**
   * One bar of one symbol.
   *
   * @param labelMillis start of the next bar, or -1 if there is none
   * @param labelReturn close of the next bar / close − 1, NaN if there is none
   * @param sigma {@code volatility_20d}, NaN where missing
   * @param inputs the model's inputs in its order, NaN where missing
   */
  @SuppressWarnings("ArrayRecordComponent") // too many to copy; training only reads them
  record Row(
      String symbol,
      long millis,
      long labelMillis,
      double labelReturn,
      double sigma,
      double[] inputs) {
    LocalDate day() {
      return FeatureSet.day(millis);
    }

    LocalDate labelDay() {
      return FeatureSet.day(labelMillis);
    }

    /** Whether there is a next bar, and a volatility to measure its return by. */
    boolean isLabelled() {
      return Double.isFinite(labelReturn)
          && labelMillis >= 0
          && labelMillis - millis <= GAP_MILLIS_MAX
          && sigma >= SIGMA_MIN;
    }

    /** The return to the next bar in units of the volatility known at the row's time. */
    double standardized() {
      return labelReturn / sigma;
    }

    /** Every fifth symbol, by its hash, is kept out of training altogether. */
    boolean isHeldOut() {
      return Math.floorMod(symbol.hashCode(), HELD_OUT_MODULUS) == 0;
    }
  }

  private final Path file;
  private final Map<String, Integer> columns = new HashMap<>();
  private final int[] inputColumns;
  private final Map<String, String> symbols = new HashMap<>();

  private FeatureSet(Path file, List<String> header, List<String> inputs) {
    this.file = file;
    for (int i = 0; i < header.size(); i++) {
      columns.put(header.get(i), i);
    }
    List<String> needed = new ArrayList<>(KEYS);
    needed.add(SIGMA);
    needed.addAll(inputs);
    List<String> missing = needed.stream().filter(name -> !columns.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + " has no column "
              + String.join(", ", missing)
              + "; it must be a feature set that vfr features export wrote");
    }
    inputColumns = inputs.stream().mapToInt(name -> columns.getOrDefault(name, -1)).toArray();
  }

  /**
   * Reads a feature set, plain or gzip, in order of symbol and time.
   *
   * @param inputs the columns that become a row's inputs, in order
   * @throws IllegalArgumentException naming the file, the line, the column and what is allowed
   */
  static List<Row> read(Path file, List<String> inputs) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), READ_BYTES);
        InputStream in =
            file.toString().endsWith(".gz") ? new GZIPInputStream(raw, READ_BYTES) : raw;
        CloseableIterator<CsvRecord> records =
            CsvReader.builder().ofCsvRecord(in, StandardCharsets.UTF_8).iterator()) {
      if (!records.hasNext()) {
        throw new IllegalArgumentException(file + " is empty; it must begin with a header");
      }
      FeatureSet set = new FeatureSet(file, records.next().getFields(), inputs);
      List<Row> rows = new ArrayList<>();
      records.forEachRemaining(record -> rows.add(set.row(record)));
      rows.sort(Comparator.comparing(Row::symbol).thenComparingLong(Row::millis));
      return rows;
    }
  }

  private Row row(CsvRecord record) {
    double[] inputs = new double[inputColumns.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = number(record, inputColumns[i]);
    }
    String labelMillis = field(record, "label_ts");
    return new Row(
        symbols.computeIfAbsent(field(record, "symbol"), symbol -> symbol),
        millis(record, "ts"),
        labelMillis.isEmpty() ? -1 : millis(record, "label_ts"),
        number(record, columns.getOrDefault("label_return", -1)),
        number(record, columns.getOrDefault(SIGMA, -1)),
        inputs);
  }

  private String field(CsvRecord record, String name) {
    return record.getField(columns.getOrDefault(name, -1));
  }

  private long millis(CsvRecord record, String name) {
    String text = field(record, name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          at(record) + name + " is \"" + text + "\"; it must be epoch milliseconds", e);
    }
  }

  /** A number; NaN, a missing value, for an empty field. */
  private double number(CsvRecord record, int column) {
    String text = record.getField(column);
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(notANumber(record, column, text), e);
    }
    throw new IllegalArgumentException(notANumber(record, column, text));
  }

  private String notANumber(CsvRecord record, int column, String text) {
    String name =
        columns.entrySet().stream()
            .filter(entry -> entry.getValue() == column)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse("column " + column);
    return at(record) + name + " is \"" + text + "\"; it must be a finite number or empty";
  }

  private String at(CsvRecord record) {
    return file + " line " + record.getStartingLineNumber() + ": ";
  }

  private static LocalDate day(long millis) {
    return Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC).toLocalDate();
  }
}
