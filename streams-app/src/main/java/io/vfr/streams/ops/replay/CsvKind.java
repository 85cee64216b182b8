package io.vfr.streams.ops.replay;

import io.vfr.schemas.Topic;
import io.vfr.schemas.Topics;
import java.util.List;
import java.util.Locale;

/** What a CSV file holds: its topic, its key column and the columns of its header. */
public enum CsvKind {
  PRICES,
  FUNDAMENTALS,
  SENTIMENT,
  MACRO;

  /** Columns of a file of bars, after symbol and ts. */
  static final List<String> BAR_COLUMNS = List.of("open", "high", "low", "close", "volume");

  /** Columns of a file of ticks, after symbol and ts. */
  static final List<String> TICK_COLUMNS = List.of("price", "size");

  /** Where the rows go. */
  public Topic<?> topic() {
    return switch (this) {
      case PRICES -> Topics.PRICES;
      case FUNDAMENTALS -> Topics.FUNDAMENTALS;
      case SENTIMENT -> Topics.SENTIMENT;
      case MACRO -> Topics.MACRO;
    };
  }

  /** The word for it on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column that becomes the record key. */
  String keyColumn() {
    return this == MACRO ? "series" : "symbol";
  }

  /** Columns that every file of this kind has; those of prices depend on what they are. */
  List<String> requiredColumns() {
    return switch (this) {
      case PRICES -> List.of("symbol", "ts");
      case FUNDAMENTALS -> List.of("symbol", "knownAt", "periodEnd");
      case SENTIMENT -> List.of("symbol", "ts", "source", "sentiment", "confidence", "mentions");
      case MACRO -> List.of("series", "ts", "value");
    };
  }
}
