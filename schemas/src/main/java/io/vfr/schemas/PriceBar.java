package io.vfr.schemas;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One bar of a symbol. A bar with the start of an earlier one replaces it.
 *
 * @param ts start of the bar, epoch milliseconds
 * @param open first price, in the quote currency, as high, low and close
 * @param volume traded units, not negative
 * @param interval length of the bar, whole milliseconds; null means {@code bars.interval}
 */
public record PriceBar(
    String symbol,
    long ts,
    double open,
    double high,
    double low,
    double close,
    double volume,
    @Nullable Duration interval)
    implements PriceEvent {
  public PriceBar {
    Bounds.symbol(symbol);
    Bounds.timestamp("ts", ts);
    Bounds.price("open", open);
    Bounds.price("high", high);
    Bounds.price("low", low);
    Bounds.price("close", close);
    volume = Bounds.volume("volume", volume);
    if (high < low) {
      throw new InvalidMessageException(
          RejectCode.INCONSISTENT_BAR, "high " + high + " is below low " + low);
    }
    inside("open", open, high, low);
    inside("close", close, high, low);
    if (interval != null) {
      Intervals.check(interval);
    }
  }

  private static void inside(String field, double value, double high, double low) {
    if (value < low || value > high) {
      throw new InvalidMessageException(
          RejectCode.INCONSISTENT_BAR,
          field + " " + value + " lies outside low.." + "high " + low + ".." + high);
    }
  }
}
