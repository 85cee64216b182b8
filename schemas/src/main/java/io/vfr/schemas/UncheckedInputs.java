package io.vfr.schemas;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes input messages without judging them: for tools that pass on what a file says and leave the
 * verdict to ingest. Unknown values (NaN, null) are left out; infinite ones cannot be written.
 */
public final class UncheckedInputs {
  private UncheckedInputs() {}

  /** A bar, as JSON; {@code interval} is an ISO-8601 duration. */
  public static byte[] bar(
      @Nullable String symbol,
      long ts,
      double open,
      double high,
      double low,
      double close,
      double volume,
      @Nullable String interval) {
    return JsonOut.write(
        ts,
        (out, time) -> {
          out.textIfKnown(Name.SYMBOL, symbol);
          out.integer(Name.TS, time);
          out.numberIfKnown(Name.OPEN, open);
          out.numberIfKnown(Name.HIGH, high);
          out.numberIfKnown(Name.LOW, low);
          out.numberIfKnown(Name.CLOSE, close);
          out.numberIfKnown(Name.VOLUME, volume);
          out.textIfKnown(Name.INTERVAL, interval);
        });
  }

  /** A tick, as JSON. */
  public static byte[] tick(@Nullable String symbol, long ts, double price, double size) {
    return JsonOut.write(
        ts,
        (out, time) -> {
          out.textIfKnown(Name.SYMBOL, symbol);
          out.integer(Name.TS, time);
          out.numberIfKnown(Name.PRICE, price);
          out.numberIfKnown(Name.SIZE, size);
        });
  }

  /** A fundamentals record, as JSON. */
  public static byte[] fundamentals(
      @Nullable String symbol, long knownAt, long periodEnd, Map<String, Double> values) {
    return JsonOut.write(
        values,
        (out, map) -> {
          out.textIfKnown(Name.SYMBOL, symbol);
          out.integer(Name.KNOWN_AT, knownAt);
          out.integer(Name.PERIOD_END, periodEnd);
          out.object(Name.VALUES);
          for (Map.Entry<String, Double> entry : map.entrySet()) {
            if (!entry.getValue().isNaN()) {
              out.numberOrNull(entry.getKey(), entry.getValue());
            }
          }
          out.end();
        });
  }

  /** A sentiment observation, as JSON. */
  public static byte[] sentiment(
      @Nullable String symbol,
      long ts,
      @Nullable String source,
      double sentiment,
      double confidence,
      double mentions) {
    return JsonOut.write(
        ts,
        (out, time) -> {
          out.textIfKnown(Name.SYMBOL, symbol);
          out.integer(Name.TS, time);
          out.textIfKnown(Name.SOURCE, source);
          out.numberIfKnown(Name.SENTIMENT, sentiment);
          out.numberIfKnown(Name.CONFIDENCE, confidence);
          out.numberIfKnown(Name.MENTIONS, mentions);
        });
  }

  /** A macro value, as JSON. */
  public static byte[] macro(@Nullable String series, long ts, double value) {
    return JsonOut.write(
        ts,
        (out, time) -> {
          out.textIfKnown(Name.SERIES, series);
          out.integer(Name.TS, time);
          out.numberIfKnown(Name.VALUE, value);
        });
  }
}
