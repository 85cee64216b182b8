package io.vfr.streams.ops.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read back bit by bit, by libraries that did not write it. */
class TableFormatTest {
  private static final List<String> FEATURES = List.of("sma_14", "vix", "a, \"quoted\" name");
  private static final double NULL = Double.NaN;

  @TempDir Path dir;

  /** One row; NaN is missing. */
  private record Row(String symbol, long ts, long labelTs, double label, List<Double> features) {}

  @ParameterizedTest
  @CsvSource({
    "CSV, 0",
    "CSV, 1",
    "CSV, 1000",
    "CSV_GZ, 1000",
    "PARQUET, 0",
    "PARQUET, 1",
    "PARQUET, 1000",
    // Both sides of the edge of a row group.
    "PARQUET, 32767",
    "PARQUET, 32768",
    "PARQUET, 32769",
    "PARQUET, 70000"
  })
  void everyRow_isReadBackBitByBit(TableFormat format, int count) throws IOException {
    long seed = 20_260_612 + count;
    List<Row> rows = randomRows(new Random(seed), count);
    Path file = dir.resolve("table." + format.label());
    write(format, file, rows);
    assertThat(read(format, file)).as("seed " + seed).isEqualTo(rows);
  }

  @Test
  void parquet_columnsThatAreAllMissingOrNeverMissing_areReadBack() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      rows.add(
          new Row("A", i, i + 1, i / 7.0, List.of(NULL, i * 1e-300, i % 20_000 < 9 ? NULL : i)));
    }
    Path file = dir.resolve("table.parquet");
    write(TableFormat.PARQUET, file, rows);
    assertThat(read(TableFormat.PARQUET, file)).isEqualTo(rows);
  }

  @Test
  void csv_missingValues_areEmptyCells() throws IOException {
    Path file = dir.resolve("table.csv");
    write(TableFormat.CSV, file, List.of(new Row("A", 5, 9, NULL, List.of(1.5, NULL, 1e22))));
    assertThat(file)
        .hasContent(
            "symbol,ts,label_ts,label_return,sma_14,vix,\"a, \"\"quoted\"\" name\"\n"
                + "A,5,,,1.5,,1.0E22\n");
  }

  @Test
  void create_columnNameThatIsTaken_isRefused() {
    assertThatThrownBy(
            () -> TableFormat.CSV.create(dir.resolve("t.csv"), List.of("sma_14", "label_ts")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two columns would be named label_ts");
    assertThat(dir.resolve("t.csv")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"a.csv, CSV", "a.b.CSV.gz, CSV_GZ", "a.Parquet, PARQUET", "a.gz,", "csv,"})
  void of_fileName_givesTheFormat(String name, TableFormat format) {
    assertThat(TableFormat.of(Path.of(name)).orElse(null)).isEqualTo(format);
  }

  private static List<Row> randomRows(Random random, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String symbol = random.nextInt(9) == 0 ? "Ä,\"" + i : "S" + i / 100;
      long ts = random.nextLong() >> random.nextInt(64);
      double label = number(random);
      long labelTs = Double.isNaN(label) ? 0 : random.nextLong();
      List<Double> features = List.of(number(random), number(random), number(random));
      rows.add(new Row(symbol, ts, labelTs, label, features));
    }
    return rows;
  }

  /** Any finite double there is, often a plain one, often none. */
  private static double number(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> NULL;
      case 1 -> random.nextGaussian();
      case 2 -> random.nextInt(1000) / 100.0;
      case 3 -> Double.MIN_VALUE * random.nextInt(100);
      default -> {
        double any = Double.longBitsToDouble(random.nextLong());
        yield Double.isFinite(any) ? any : -0.0;
      }
    };
  }

  private static void write(TableFormat format, Path file, List<Row> rows) throws IOException {
    try (TableWriter table = format.create(file, FEATURES)) {
      for (Row row : rows) {
        double[] values = row.features().stream().mapToDouble(Double::doubleValue).toArray();
        table.write(row.symbol(), row.ts(), row.labelTs(), row.label(), values);
      }
    }
  }

  private static List<Row> read(TableFormat format, Path file) throws IOException {
    return format == TableFormat.PARQUET ? readParquet(file) : readCsv(format, file);
  }

  private static List<Row> readCsv(TableFormat format, Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file);
        CsvReader<CsvRecord> reader =
            CsvReader.builder()
                .ofCsvRecord(
                    format == TableFormat.CSV_GZ ? new GZIPInputStream(in) : in,
                    StandardCharsets.UTF_8)) {
      for (CsvRecord line : reader) {
        if (line.getStartingLineNumber() == 1) {
          assertThat(line.getFields()).startsWith("symbol", "ts").endsWith(FEATURES.get(2));
          continue;
        }
        rows.add(
            new Row(
                line.getField(0),
                Long.parseLong(line.getField(1)),
                line.getField(2).isEmpty() ? 0 : Long.parseLong(line.getField(2)),
                cell(line.getField(3)),
                line.getFields().stream().skip(4).map(TableFormatTest::cell).toList()));
      }
    }
    return rows;
  }

  private static double cell(String text) {
    return text.isEmpty() ? NULL : Double.parseDouble(text);
  }

  private static List<Row> readParquet(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader row = reader.rowReader()) {
      while (row.hasNext()) {
        row.next();
        List<Double> features = new ArrayList<>();
        for (String name : FEATURES) {
          features.add(row.isNull(name) ? NULL : row.getDouble(name));
        }
        rows.add(
            new Row(
                row.getString("symbol"),
                row.getLong("ts"),
                row.isNull("label_ts") ? 0 : row.getLong("label_ts"),
                row.isNull("label_return") ? NULL : row.getDouble("label_return"),
                features));
      }
    }
    return rows;
  }
}
