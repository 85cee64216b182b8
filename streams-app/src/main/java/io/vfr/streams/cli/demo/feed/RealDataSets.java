package io.vfr.streams.cli.demo.feed;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;

/**
 * Real market data that a declared dependency carries: the example data of ta4j, read from its jar.
 * Prices keep the dates on which they were traded.
 */
public final class RealDataSets {
  /** 252 daily bars of Apple, 2013-01-02 to 2013-12-31, as quoted then (before later splits). */
  public static final DemoSymbol AAPL =
      new DemoSymbol("AAPL", DemoSymbol.Origin.REAL, "org.ta4j:ta4j-examples daily bars", "MIT");

  /** 100,000 trades of Bitcoin in US dollars at Bitstamp, 2013-11-25 to 2013-12-01. */
  public static final DemoSymbol BITCOIN =
      new DemoSymbol(
          "BTC-USD", DemoSymbol.Origin.REAL, "org.ta4j:ta4j-examples Bitstamp trades", "MIT");

  static final String AAPL_RESOURCE = "appleinc_bars_from_20130101_usd.csv";
  static final String BITCOIN_RESOURCE = "bitstamp_trades_from_20131125_usd.csv";

  private RealDataSets() {}

  /** Apple's bars of 2013 in event-time order. */
  public static List<FeedRecord> appleBars() {
    try (CsvReader<NamedCsvRecord> rows = open(AAPL_RESOURCE)) {
      return rows.stream().map(RealDataSets::bar).map(FeedRecord::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + AAPL_RESOURCE, e);
    }
  }

  private static MarketEvent bar(NamedCsvRecord row) {
    return MarketEvent.Priced.bar(
        AAPL.symbol(),
        TradingCalendar.startMillis(LocalDate.parse(row.getField("date"))),
        number(row, "open"),
        number(row, "high"),
        number(row, "low"),
        number(row, "close"),
        number(row, "volume"));
  }

  static double number(NamedCsvRecord row, String column) {
    return Double.parseDouble(row.getField(column));
  }

  /** Opens a resource of the data's jar. */
  static CsvReader<NamedCsvRecord> open(String resource) {
    InputStream in = RealDataSets.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException(
          resource + " is not on the class path; org.ta4j:ta4j-examples 0.18 carries it");
    }
    return CsvReader.builder()
        .ofNamedCsvRecord(new BufferedInputStream(in), StandardCharsets.UTF_8);
  }

  /** The Bitcoin trades in event-time order; close it. */
  public static TickFeed bitcoinTrades() {
    CsvReader<NamedCsvRecord> rows = open(BITCOIN_RESOURCE);
    Iterator<NamedCsvRecord> iterator = rows.iterator();
    return new TickFeed(BITCOIN.symbol(), rows, iterator);
  }
}
