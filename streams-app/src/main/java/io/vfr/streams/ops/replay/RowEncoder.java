package io.vfr.streams.ops.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the rows of one CSV file into messages.
 *
 * <p>An empty cell is an absent field. No row is dropped here: one whose cells do not fit its
 * header is sent as its plain text, which the pipeline refuses and keeps with the reason.
 */
final class RowEncoder {
  private static final Set<String> TEXT_COLUMNS = Set.of("symbol", "series", "source", "interval");
  private static final Set<String> TIME_COLUMNS = Set.of("ts", "knownAt", "periodEnd");

  private final JsonFactory factory = new JsonFactory();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(256);
  private final List<Column> columns;
  private final List<String> ignored;
  private final int keyIndex;
  private final Optional<String> interval;
  private final boolean nested;

  /** How a cell is written. */
  private enum Form {
    TEXT,
    TIME,
    NUMBER,
    IGNORED
  }

  private record Column(String name, Form form, boolean inValues) {}

  private RowEncoder(
      CsvKind kind, List<Column> columns, List<String> header, Optional<String> interval) {
    this.columns = List.copyOf(columns);
    this.keyIndex = header.indexOf(kind.keyColumn());
    this.interval = interval;
    this.nested = kind == CsvKind.FUNDAMENTALS;
    this.ignored =
        columns.stream().filter(c -> c.form() == Form.IGNORED).map(Column::name).toList();
  }

  /**
   * Plans the encoding from the file's header.
   *
   * @param interval length of the bars; given to each price that has no interval of its own
   * @throws ReplayException if a column is missing, empty or there twice
   */
  static RowEncoder of(CsvKind kind, List<String> header, Optional<Duration> interval) {
    Set<String> names = new HashSet<>();
    for (String name : header) {
      if (name.isBlank() || !names.add(name)) {
        throw new ReplayException(
            (name.isBlank() ? "a column without a name" : "column " + name + " is there twice")
                + "; "
                + expected(kind));
      }
    }
    List<String> missing = missing(kind, names);
    if (!missing.isEmpty()) {
      throw new ReplayException(
          "column "
              + String.join(", ", missing)
              + " is missing, found "
              + String.join(",", header)
              + "; "
              + expected(kind));
    }
    List<Column> columns = header.stream().map(name -> column(kind, name)).toList();
    boolean bars = kind == CsvKind.PRICES && names.contains("close");
    Optional<String> stamp =
        bars && !names.contains("interval") ? interval.map(Duration::toString) : Optional.empty();
    return new RowEncoder(kind, columns, header, stamp);
  }

  /** Columns of the file that no message has. */
  List<String> ignored() {
    return ignored;
  }

  /** The record key; an absent one is empty, so that the row's partition is always the same. */
  byte[] key(List<String> cells) {
    String key = keyIndex < cells.size() ? cells.get(keyIndex) : "";
    return key.getBytes(StandardCharsets.UTF_8);
  }

  /** The record value. Not for use by several threads. */
  byte[] value(List<String> cells) {
    if (cells.size() > columns.size()) {
      return String.join(",", cells).getBytes(StandardCharsets.UTF_8);
    }
    buffer.reset();
    try (JsonGenerator json = factory.createGenerator(buffer)) {
      json.writeStartObject();
      write(json, cells, false);
      if (interval.isPresent()) {
        json.writeStringField("interval", interval.get());
      }
      if (nested) {
        json.writeObjectFieldStart("values");
        write(json, cells, true);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return buffer.toByteArray();
  }

  private void write(JsonGenerator json, List<String> cells, boolean inValues) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      Column column = columns.get(i);
      String cell = cells.get(i);
      if (column.inValues() != inValues || column.form() == Form.IGNORED || cell.isEmpty()) {
        continue;
      }
      json.writeFieldName(column.name());
      switch (column.form()) {
        case TEXT -> json.writeString(cell);
        case TIME -> Cells.writeTime(json, cell);
        case NUMBER -> Cells.writeNumber(json, cell);
        case IGNORED -> throw new AssertionError("filtered above");
      }
    }
  }

  private static List<String> missing(CsvKind kind, Set<String> names) {
    List<String> required = new ArrayList<>(kind.requiredColumns());
    if (kind == CsvKind.PRICES) {
      boolean ticks = names.contains("price") && !names.contains("close");
      required.addAll(ticks ? CsvKind.TICK_COLUMNS : CsvKind.BAR_COLUMNS);
    }
    return required.stream().filter(name -> !names.contains(name)).toList();
  }

  private static Column column(CsvKind kind, String name) {
    if (TIME_COLUMNS.contains(name) && kind.requiredColumns().contains(name)) {
      return new Column(name, Form.TIME, false);
    }
    if (name.equals(kind.keyColumn())) {
      return new Column(name, Form.TEXT, false);
    }
    return switch (kind) {
      case FUNDAMENTALS -> new Column(name, Form.NUMBER, true);
      case PRICES -> {
        boolean number = CsvKind.BAR_COLUMNS.contains(name) || CsvKind.TICK_COLUMNS.contains(name);
        Form other = name.equals("interval") ? Form.TEXT : Form.IGNORED;
        yield new Column(name, number ? Form.NUMBER : other, false);
      }
      case SENTIMENT, MACRO -> {
        Form known = TEXT_COLUMNS.contains(name) ? Form.TEXT : Form.NUMBER;
        yield new Column(name, kind.requiredColumns().contains(name) ? known : Form.IGNORED, false);
      }
    };
  }

  private static String expected(CsvKind kind) {
    return switch (kind) {
      case PRICES -> "prices need symbol,ts,open,high,low,close,volume (or symbol,ts,price,size)";
      case FUNDAMENTALS -> "fundamentals need symbol,knownAt,periodEnd,<feature>...";
      case SENTIMENT -> "sentiment needs symbol,ts,source,sentiment,confidence,mentions";
      case MACRO -> "macro needs series,ts,value";
    };
  }
}
