package io.vfr.streams.cli.demo.feed;

import io.vfr.schemas.Codecs;
import io.vfr.schemas.Topics;

/**
 * One record to produce.
 *
 * @param topic the input topic
 * @param key the record's key: the symbol, of macro the series
 * @param value the message as JSON in UTF-8; not copied
 * @param eventTimeMillis when the message became known, epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to a producer; never compared
public record FeedRecord(String topic, String key, byte[] value, long eventTimeMillis) {

  static FeedRecord of(MarketEvent event) {
    long time = event.eventTimeMillis();
    return switch (event) {
      case MarketEvent.Priced(var message) ->
          new FeedRecord(Topics.PRICES.name(), message.symbol(), Codecs.PRICE.write(message), time);
      case MarketEvent.Known(var message) ->
          new FeedRecord(
              Topics.FUNDAMENTALS.name(),
              message.symbol(),
              Codecs.FUNDAMENTALS.write(message),
              time);
      case MarketEvent.Said(var message) ->
          new FeedRecord(
              Topics.SENTIMENT.name(), message.symbol(), Codecs.SENTIMENT.write(message), time);
      case MarketEvent.Macro(var message) ->
          new FeedRecord(Topics.MACRO.name(), message.series(), Codecs.MACRO.write(message), time);
    };
  }

  /** Whether this is a price and not one of the side inputs that prices are joined with. */
  public boolean isPrice() {
    return topic.equals(Topics.PRICES.name());
  }
}
