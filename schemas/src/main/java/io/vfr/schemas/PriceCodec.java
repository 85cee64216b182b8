package io.vfr.schemas;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Bars and ticks as JSON. A record with a price is a tick, one with open to close a bar. */
final class PriceCodec implements InputCodec<PriceEvent> {
  @Override
  public byte[] write(PriceEvent event) {
    return switch (event) {
      case PriceBar bar ->
          UncheckedInputs.bar(
              bar.symbol(),
              bar.ts(),
              bar.open(),
              bar.high(),
              bar.low(),
              bar.close(),
              bar.volume(),
              bar.interval() == null ? null : bar.interval().toString());
      case PriceTick tick ->
          UncheckedInputs.tick(tick.symbol(), tick.ts(), tick.price(), tick.size());
    };
  }

  @Override
  public Parsed<PriceEvent> parse(byte[] json) {
    return JsonIn.parse(json, PriceCodec::read);
  }

  private static PriceEvent read(JsonIn in) throws IOException {
    String symbol = null;
    String interval = null;
    long ts = JsonIn.NO_INTEGER;
    double open = Double.NaN;
    double high = Double.NaN;
    double low = Double.NaN;
    double close = Double.NaN;
    double volume = Double.NaN;
    double price = Double.NaN;
    double size = Double.NaN;
    Fields fields = in.fields();
    for (String field = fields.next(); field != null; field = fields.next()) {
      switch (field) {
        case "symbol" -> symbol = in.text(field);
        case "ts" -> ts = in.integer(field);
        case "open" -> open = in.number(field);
        case "high" -> high = in.number(field);
        case "low" -> low = in.number(field);
        case "close" -> close = in.number(field);
        case "volume" -> volume = in.number(field);
        case "interval" -> interval = in.text(field);
        case "price" -> price = in.number(field);
        case "size" -> size = in.number(field);
        default -> in.skip();
      }
    }
    String knownSymbol = Required.value("symbol", symbol);
    long knownTs = Required.integer("ts", ts);
    boolean anyOfBar =
        !(Double.isNaN(open) && Double.isNaN(high) && Double.isNaN(low) && Double.isNaN(close));
    if (Double.isNaN(price)) {
      return bar(
          knownSymbol, knownTs, new double[] {open, high, low, close, volume}, interval, anyOfBar);
    }
    if (anyOfBar) {
      throw new InvalidMessageException(
          RejectCode.AMBIGUOUS_PRICE,
          "a record has either price and size (a tick) or open, high, low, close and volume (a"
              + " bar), not both");
    }
    return new PriceTick(knownSymbol, knownTs, price, Required.number("size of a tick", size));
  }

  private static PriceBar bar(
      String symbol, long ts, double[] ohlcv, @Nullable String interval, boolean anyOfBar) {
    if (!anyOfBar) {
      throw new InvalidMessageException(
          RejectCode.MISSING_FIELD,
          "a bar needs open, high, low, close and volume, a tick needs price and size");
    }
    Duration length = interval == null ? null : Intervals.parse(interval);
    return new PriceBar(
        symbol,
        ts,
        Required.number("open", ohlcv[0]),
        Required.number("high", ohlcv[1]),
        Required.number("low", ohlcv[2]),
        Required.number("close", ohlcv[3]),
        Required.number("volume", ohlcv[4]),
        length);
  }
}
