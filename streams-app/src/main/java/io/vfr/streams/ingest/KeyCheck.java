package io.vfr.streams.ingest;

import io.vfr.schemas.Bounds;
import io.vfr.schemas.Fundamentals;
import io.vfr.schemas.MacroValue;
import io.vfr.schemas.Parsed;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import io.vfr.schemas.PriceEvent;
import io.vfr.schemas.RejectCode;
import io.vfr.schemas.SentimentObservation;
import io.vfr.schemas.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a record's key against its value: the key decides the partition, and with it the state, so
 * it must be the symbol or series that the value names.
 *
 * @param <T> the message's record
 */
public final class KeyCheck<T> {
  private final String field;
  private final Function<T, String> keyOf;

  private KeyCheck(String field, Function<T, String> keyOf) {
    this.field = field;
    this.keyOf = keyOf;
  }

  /** Prices: the key is the symbol. */
  public static KeyCheck<PriceEvent> prices() {
    return new KeyCheck<>("symbol", PriceEvent::symbol);
  }

  /** Fundamentals: the key is the symbol. */
  public static KeyCheck<Fundamentals> fundamentals() {
    return new KeyCheck<>("symbol", Fundamentals::symbol);
  }

  /** Sentiment: the key is the symbol. */
  public static KeyCheck<SentimentObservation> sentiment() {
    return new KeyCheck<>("symbol", SentimentObservation::symbol);
  }

  /** Macro values: the key is the series. */
  public static KeyCheck<MacroValue> macro() {
    return new KeyCheck<>("series", MacroValue::series);
  }

  /** The key that a message must have. */
  String keyOf(T message) {
    return keyOf.apply(message);
  }

  /**
   * The final verdict on a record: its value's reject if there is one, else the key's, else the
   * accepted message.
   */
  public Parsed<T> check(byte @Nullable [] key, Ingested<T> ingested) {
    Parsed<T> parsed = ingested.parsed();
    if (!(parsed instanceof Accepted<T>(T message))) {
      return parsed;
    }
    if (key == null) {
      return new Rejected<>(
          RejectCode.NULL_KEY, "the record has no key; the key must be the " + field);
    }
    String wanted = keyOf.apply(message);
    return equalsAscii(key, wanted) ? parsed : mismatch(key, wanted);
  }

  private Rejected<T> mismatch(byte[] key, String wanted) {
    if (!Utf8.isValid(key)) {
      return new Rejected<>(
          RejectCode.NOT_UTF8,
          "the key is not well-formed UTF-8; it must be the " + field + " " + wanted);
    }
    String text = new String(key, StandardCharsets.UTF_8);
    String hint = text.equals("\"" + wanted + "\"") ? "; send it without quotes" : "";
    return new Rejected<>(
        RejectCode.KEY_MISMATCH,
        "the key must be the " + field + " " + wanted + " but is " + Bounds.quote(text) + hint);
  }

  /** Compares without building a string: symbols and series are ASCII by contract. */
  private static boolean equalsAscii(byte[] key, String text) {
    if (key.length != text.length()) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (key[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
