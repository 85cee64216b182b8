package io.vfr.streams.cli.demo.feed;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.SentimentObservation;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a simulated market's history as the four CSV files that {@code vfr replay} reads, and
 * {@value #DIRT_FILE} with one line for every price row that was broken on purpose.
 */
final class CsvExport implements Closeable {
  static final String PRICES_FILE = "prices.csv.gz";
  static final String FUNDAMENTALS_FILE = "fundamentals.csv.gz";
  static final String SENTIMENT_FILE = "sentiment.csv.gz";
  static final String MACRO_FILE = "macro.csv.gz";
  static final String DIRT_FILE = "dirt.csv";

  static final List<String> FILES =
      List.of(PRICES_FILE, FUNDAMENTALS_FILE, SENTIMENT_FILE, MACRO_FILE, DIRT_FILE);

  private static final double INTEGRAL_MAX = 1e15;

  private final double dirtShare;
  private final Noise noise;
  private final List<CsvWriter> open = new ArrayList<>();
  private final CsvWriter prices;
  private final CsvWriter fundamentals;
  private final CsvWriter sentiment;
  private final CsvWriter macro;
  private final CsvWriter dirt;
  private final Map<Dirt, Long> dirtCounts = new EnumMap<>(Dirt.class);
  private long priceRows;
  private long fundamentalsRows;
  private long sentimentRows;
  private long macroRows;

  /**
   * What was written.
   *
   * @param prices data rows of the prices file, dirty ones included; the others likewise
   * @param dirty how many price rows were broken in which way; every kind is present
   */
  record Summary(
      long prices, long fundamentals, long sentiment, long macro, Map<Dirt, Long> dirty) {
    Summary {
      dirty = Collections.unmodifiableMap(new EnumMap<>(dirty));
    }
  }

  private CsvExport(Path directory, double dirtShare, long seed) throws IOException {
    this.dirtShare = dirtShare;
    noise = new Noise(seed, "dirt");
    for (Dirt kind : Dirt.values()) {
      dirtCounts.put(kind, 0L);
    }
    prices =
        writer(directory, PRICES_FILE, "symbol", "ts", "open", "high", "low", "close", "volume");
    List<String> columns = new ArrayList<>(List.of("symbol", "knownAt", "periodEnd"));
    columns.addAll(CompanyReports.FEATURES);
    fundamentals = writer(directory, FUNDAMENTALS_FILE, columns.toArray(String[]::new));
    sentiment =
        writer(
            directory,
            SENTIMENT_FILE,
            "symbol",
            "ts",
            "source",
            "sentiment",
            "confidence",
            "mentions");
    macro = writer(directory, MACRO_FILE, "series", "ts", "value");
    dirt = writer(directory, DIRT_FILE, "line", "symbol", "ts", "kind");
  }

  /**
   * Writes the history of a market that has not been read yet.
   *
   * @param directory created if missing; files of these names are replaced
   * @param dirtShare share of price rows to break, 0..1
   */
  static Summary write(Path directory, MarketConfig config, double dirtShare) throws IOException {
    Files.createDirectories(directory);
    try (CsvExport export = new CsvExport(directory, dirtShare, config.seed())) {
      Iterator<MarketEvent> events = new MarketSimulator(config).events();
      while (events.hasNext()) {
        export.row(events.next());
      }
      return new Summary(
          export.priceRows,
          export.fundamentalsRows,
          export.sentimentRows,
          export.macroRows,
          export.dirtCounts);
    }
  }

  private void row(MarketEvent event) {
    switch (event) {
      case MarketEvent.Priced(PriceBar bar) -> price(bar);
      case MarketEvent.Priced(PriceTick tick) ->
          throw new IllegalStateException("history has bars only, got a tick at " + tick.ts());
      case MarketEvent.Known(Fundamentals message) -> known(message);
      case MarketEvent.Said(SentimentObservation said) -> {
        sentimentRows++;
        sentiment.writeRecord(
            said.symbol(),
            time(said.ts()),
            said.source(),
            number(said.sentiment()),
            number(said.confidence()),
            Long.toString(said.mentions()));
      }
      case MarketEvent.Macro(MacroValue value) -> {
        macroRows++;
        macro.writeRecord(value.series(), time(value.ts()), number(value.value()));
      }
    }
  }

  private void price(PriceBar bar) {
    priceRows++;
    String open = number(bar.open());
    double close = bar.close();
    double volume = bar.volume();
    if (noise.chance(dirtShare)) {
      Dirt kind = Dirt.values()[noise.below(Dirt.values().length)];
      switch (kind) {
        case MISSING_OPEN -> open = "";
        case CLOSE_OUTSIDE_RANGE ->
            close = noise.chance(0.5) ? 2 * bar.high() : Rounding.price(bar.low() / 2);
        case NEGATIVE_VOLUME -> volume = -volume;
      }
      dirtCounts.merge(kind, 1L, Long::sum);
      dirt.writeRecord(Long.toString(priceRows + 1), bar.symbol(), time(bar.ts()), kind.name());
    }
    prices.writeRecord(
        bar.symbol(),
        time(bar.ts()),
        open,
        number(bar.high()),
        number(bar.low()),
        number(close),
        number(volume));
  }

  private void known(Fundamentals message) {
    fundamentalsRows++;
    List<String> row = new ArrayList<>();
    row.add(message.symbol());
    row.add(time(message.knownAt()));
    row.add(time(message.periodEnd()));
    for (String feature : CompanyReports.FEATURES) {
      Double value = message.values().get(feature);
      row.add(value == null ? "" : number(value));
    }
    fundamentals.writeRecord(row);
  }

  /** A date at midnight UTC, else an instant. */
  private static String time(long millis) {
    Instant instant = Instant.ofEpochMilli(millis);
    String text = instant.toString();
    return text.endsWith("T00:00:00Z") ? text.substring(0, text.indexOf('T')) : text;
  }

  /** The shortest plain decimal that reads back as the same double. */
  private static String number(double value) {
    long integral = (long) value;
    return integral == value && Math.abs(value) < INTEGRAL_MAX
        ? Long.toString(integral)
        : BigDecimal.valueOf(value).toPlainString();
  }

  private CsvWriter writer(Path directory, String file, String... header) throws IOException {
    OutputStream out = Files.newOutputStream(directory.resolve(file));
    OutputStream sink = file.endsWith(".gz") ? new GZIPOutputStream(out, 1 << 16) : out;
    CsvWriter writer =
        CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(sink, StandardCharsets.UTF_8);
    open.add(writer);
    writer.writeRecord(header);
    return writer;
  }

  @Override
  public void close() throws IOException {
    for (CsvWriter writer : open) {
      writer.close();
    }
  }
}
