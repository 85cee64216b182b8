package io.vfr.schemas;

/**
 * One trade of a symbol.
 *
 * @param ts moment of the trade, epoch milliseconds
 * @param price price, in the quote currency
 * @param size traded units, not negative
 */
public record PriceTick(String symbol, long ts, double price, double size) implements PriceEvent {
  public PriceTick {
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.price("price", price);
    size = Bounds.volume("size", size);
  }
}
