package io.vfr.streams.cli.demo.feed;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code vfr demo} plays: the real bars that a dependency carries and a simulated market, in
 * one event-time order. Real bars keep their own dates, years before the simulated ones; the live
 * session has simulated symbols only. Single use, not thread-safe.
 */
public final class DemoFeed {
  private final MarketSimulator market;

  /** Creates the feed; nothing is simulated yet. */
  public DemoFeed(MarketConfig config) {
    market = new MarketSimulator(config);
  }

  /** Every symbol of the history and where its prices come from, real ones first. */
  public List<DemoSymbol> symbols() {
    List<DemoSymbol> symbols = new ArrayList<>();
    symbols.add(RealDataSets.AAPL);
    symbols.addAll(market.symbols());
    return symbols;
  }

  /** The past in event-time order: at equal times side inputs before prices. */
  public Iterator<FeedRecord> history() {
    return new Merge(market.history(), RealDataSets.appleBars().iterator());
  }

  /** The live session; {@link #history()} must have been read to its end. */
  public LiveMarket live(InstantSource clock, double eventsPerSecond) {
    return market.live(clock, eventsPerSecond);
  }

  /** Merges a feed with bars; of equal times the feed's records come first. */
  private static final class Merge implements Iterator<FeedRecord> {
    private final Ahead feed;
    private final Ahead bars;

    Merge(Iterator<FeedRecord> feed, Iterator<FeedRecord> bars) {
      this.feed = new Ahead(feed);
      this.bars = new Ahead(bars);
    }

    @Override
    public boolean hasNext() {
      return feed.timeMillis() != Long.MAX_VALUE || bars.timeMillis() != Long.MAX_VALUE;
    }

    @Override
    public FeedRecord next() {
      return feed.timeMillis() <= bars.timeMillis() ? feed.take() : bars.take();
    }
  }

  /** An iterator whose next record's time can be seen. */
  private static final class Ahead {
    private final Iterator<FeedRecord> records;
    private @Nullable FeedRecord next;

    Ahead(Iterator<FeedRecord> records) {
      this.records = records;
    }

    /** Event time of the next record; at the end, the end of time. */
    long timeMillis() {
      FeedRecord seen = next;
      if (seen == null && records.hasNext()) {
        seen = records.next();
        next = seen;
      }
      return seen == null ? Long.MAX_VALUE : seen.eventTimeMillis();
    }

    FeedRecord take() {
      FeedRecord taken = timeMillis() == Long.MAX_VALUE ? null : next;
      if (taken == null) {
        throw new NoSuchElementException("the feed has ended");
      }
      next = null;
      return taken;
    }
  }
}
