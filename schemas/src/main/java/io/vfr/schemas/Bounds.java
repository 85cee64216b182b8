package io.vfr.schemas;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What values messages may carry. Records call these checks from their constructors, so that a
 * message that breaks its contract cannot exist; the JSON Schemas state the same bounds.
 */
public final class Bounds {
  /** Earliest accepted time, 1990-01-01T00:00:00Z: later than any time sent in seconds. */
  public static final long TIMESTAMP_MIN = 631_152_000_000L;

  /** Smallest accepted price; keeps every ratio of two prices finite. */
  public static final double PRICE_MIN = 1e-12;

  /** Largest accepted price. */
  public static final double PRICE_MAX = 1e12;

  /** Largest accepted volume of a bar and size of a tick. */
  public static final double VOLUME_MAX = 1e15;

  /** Most mentions of one observation; sums of them stay exact in a double. */
  public static final long MENTIONS_MAX = 1_000_000_000_000L;

  /** Longest symbol, characters. */
  public static final int SYMBOL_LENGTH_MAX = 32;

  /** Longest series, source or feature name, characters. */
  public static final int NAME_LENGTH_MAX = 64;

  /** Most entries of a fundamentals record. */
  public static final int FUNDAMENTALS_VALUES_MAX = 256;

  /** How long after it was reported a period may end: preliminary figures of a running year. */
  public static final long PERIOD_AHEAD_MILLIS_MAX = 366L * 24 * 60 * 60 * 1000;

  /** Longest message made of a parser's own words, characters. */
  private static final int MESSAGE_LENGTH_MAX = 300;

  /** Tolerance of sums that must be one. */
  static final double SUM_TOLERANCE = 1e-9;

  private static final boolean[] SYMBOL_CHARS = new boolean[128];

  static {
    String allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_^=/:";
    for (int i = 0; i < allowed.length(); i++) {
      SYMBOL_CHARS[allowed.charAt(i)] = true;
    }
  }

  private Bounds() {}

  /** Whether a text is a symbol: 1 to 32 letters, digits or any of {@code . - _ ^ = / :}. */
  public static boolean isSymbol(String text) {
    int length = text.length();
    if (length == 0 || length > SYMBOL_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 128 || !SYMBOL_CHARS[c]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a text names a series, source or feature: a letter, then up to 63 letters, digits or
   * any of {@code _ . -}.
   */
  public static boolean isName(String text) {
    int length = text.length();
    if (length == 0 || length > NAME_LENGTH_MAX || !isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      char c = text.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static void symbol(String value) {
    if (!isSymbol(value)) {
      throw new InvalidMessageException(
          RejectCode.INVALID_SYMBOL,
          "symbol must be 1 to 32 of A-Z a-z 0-9 . - _ ^ = / : but is " + quote(value));
    }
  }

  static void name(String field, String value) {
    if (!isName(value)) {
      throw new InvalidMessageException(
          RejectCode.INVALID_NAME,
          field
              + " must be a letter followed by up to 63 of A-Z a-z 0-9 _ . - but is "
              + quote(value));
    }
  }

  static void timestamp(String field, long value) {
    if (value < TIMESTAMP_MIN) {
      String hint =
          value >= TIMESTAMP_MIN / 1000 ? "; this looks like seconds, send milliseconds" : "";
      throw new InvalidMessageException(
          RejectCode.TIMESTAMP_TOO_OLD,
          field + " must be epoch milliseconds from 1990-01-01 on but is " + value + hint);
    }
  }

  static void price(String field, double value) {
    finite(field, value);
    if (value <= 0) {
      throw new InvalidMessageException(
          RejectCode.NOT_POSITIVE, field + " must be greater than 0 but is " + value);
    }
    if (value < PRICE_MIN || value > PRICE_MAX) {
      throw outOfRange(field, PRICE_MIN, PRICE_MAX, value);
    }
  }

  /** Checks a volume or size and returns it without a negative zero's sign. */
  static double volume(String field, double value) {
    finite(field, value);
    if (value < 0) {
      throw new InvalidMessageException(
          RejectCode.NEGATIVE, field + " must not be negative but is " + value);
    }
    if (value > VOLUME_MAX) {
      throw outOfRange(field, 0, VOLUME_MAX, value);
    }
    return value + 0.0;
  }

  static void fraction(String field, double value) {
    range(field, value, 0, 1);
  }

  static void range(String field, double value, double min, double max) {
    finite(field, value);
    if (value < min || value > max) {
      throw outOfRange(field, min, max, value);
    }
  }

  static void notNegative(String field, long value) {
    if (value < 0) {
      throw new InvalidMessageException(
          RejectCode.NEGATIVE, field + " must not be negative but is " + value);
    }
  }

  static void finite(String field, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidMessageException(
          RejectCode.NOT_FINITE, field + " must be a finite number but is " + value);
    }
  }

  static void finite(String field, @Nullable Double value) {
    if (value != null) {
      finite(field, value.doubleValue());
    }
  }

  static void modelVersion(String value) {
    if (value.isEmpty()
        || value.length() > NAME_LENGTH_MAX
        || !value
            .chars()
            .allMatch(c ->
                isLetter((char) c)
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-'
                    || c == '+')
        || value.startsWith(".")) {
      throw new InvalidMessageException(
          RejectCode.INVALID_NAME,
          "version must be 1 to 64 of A-Z a-z 0-9 . _ + - and not begin with a dot but is "
              + quote(value));
    }
  }

  static void digest(String value) {
    if (value.length() != 64
        || !value.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE,
          "digest must be a sha-256 in 64 lower-case hexadecimal digits but is " + quote(value));
    }
  }

  static void text(String field, String value) {
    if (value.isEmpty()) {
      throw new InvalidMessageException(
          RejectCode.MISSING_FIELD, field + " must not be the empty string");
    }
  }

  static void text(String field, String value, int lengthMax) {
    text(field, value);
    int length = value.codePointCount(0, value.length());
    if (length > lengthMax) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE,
          field + " must have at most " + lengthMax + " characters but has " + length);
    }
  }

  static InvalidMessageException outOfRange(String field, double min, double max, double value) {
    return new InvalidMessageException(
        RejectCode.OUT_OF_RANGE, field + " must lie in " + min + ".." + max + " but is " + value);
  }

  /** A time for messages: ISO-8601 where it has a sensible year, else the number alone. */
  public static String time(long epochMillis) {
    return epochMillis >= 0 && epochMillis < 253_402_300_800_000L
        ? Instant.ofEpochMilli(epochMillis) + " (" + epochMillis + ")"
        : Long.toString(epochMillis);
  }

  /** Escapes control and non-ASCII characters of a text that may quote untrusted input. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < Math.min(text.length(), MESSAGE_LENGTH_MAX); i++) {
      escape(out, text.charAt(i));
    }
    return out.toString();
  }

  private static void escape(StringBuilder out, char c) {
    if (c < 0x20 || c >= 0x7f) {
      out.append(String.format("\\u%04x", (int) c));
    } else {
      out.append(c);
    }
  }

  /** Quotes untrusted text for a message: shortened, and control characters escaped. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    int shown = Math.min(text.length(), 48);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        escape(out, c);
      }
    }
    out.append('"');
    return shown < text.length()
        ? out.append("… (").append(text.length()).append(" characters)").toString()
        : out.toString();
  }
}
