package io.vfr.streams.cli.demo.feed;

import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.PriceBar;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.PriceTick;
import io.vfr.schemas.SentimentObservation;
import java.util.Comparator;

/** One input message before it is bytes, with the moment at which it became known. */
sealed interface MarketEvent {
  /**
   * The order of a feed: by event time; at equal times macro, fundamentals, sentiment, then prices,
   * so that what is known at a price's time stands before it.
   */
  Comparator<MarketEvent> ORDER =
      Comparator.comparingLong(MarketEvent::eventTimeMillis).thenComparingInt(MarketEvent::rank);

  /** Event time, epoch milliseconds. */
  long eventTimeMillis();

  private static int rank(MarketEvent event) {
    return switch (event) {
      case Macro _ -> 0;
      case Known _ -> 1;
      case Said _ -> 2;
      case Priced _ -> 3;
    };
  }

  /** A bar or tick. */
  record Priced(PriceEvent message) implements MarketEvent {
    static Priced bar(
        String symbol, long ts, double open, double high, double low, double close, double volume) {
      return new Priced(new PriceBar(symbol, ts, open, high, low, close, volume, null));
    }

    static Priced tick(String symbol, long ts, double price, double size) {
      return new Priced(new PriceTick(symbol, ts, price, size));
    }

    @Override
    public long eventTimeMillis() {
      return message.ts();
    }
  }

  /** Published fundamentals. */
  record Known(Fundamentals message) implements MarketEvent {
    @Override
    public long eventTimeMillis() {
      return message.knownAt();
    }
  }

  /** An observed sentiment. */
  record Said(SentimentObservation message) implements MarketEvent {
    @Override
    public long eventTimeMillis() {
      return message.ts();
    }
  }

  /** A value of a macro series. */
  record Macro(MacroValue message) implements MarketEvent {
    static Macro of(String series, long ts, double value) {
      return new Macro(new MacroValue(series, ts, value));
    }

    @Override
    public long eventTimeMillis() {
      return message.ts();
    }
  }
}
