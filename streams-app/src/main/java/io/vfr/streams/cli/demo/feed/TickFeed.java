package io.vfr.streams.cli.demo.feed;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;

/**
 * Recorded trades as ticks in event-time order, read while it is iterated. Trades of one second
 * keep the order in which they were recorded.
 */
public final class TickFeed implements Iterator<FeedRecord>, Closeable {
  private final String symbol;
  private final Closeable source;
  private final Iterator<NamedCsvRecord> rows;
  private long lastMillis = Long.MIN_VALUE;

  TickFeed(String symbol, Closeable source, Iterator<NamedCsvRecord> rows) {
    this.symbol = symbol;
    this.source = source;
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public FeedRecord next() {
    NamedCsvRecord row = rows.next();
    long millis = Math.multiplyExact(Long.parseLong(row.getField("timestamp")), 1000L);
    if (millis < lastMillis) {
      throw new IllegalStateException(
          "trades must be in the order of their times; line "
              + row.getStartingLineNumber()
              + " is earlier than the line before it");
    }
    lastMillis = millis;
    return FeedRecord.of(
        MarketEvent.Priced.tick(
            symbol, millis, RealDataSets.number(row, "price"), RealDataSets.number(row, "amount")));
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
