package io.vfr.streams.ops.replay;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Single CSV cells as JSON values. What cannot be read as asked is written as text: whether a row
 * is good is for the pipeline to say, and there it is counted and kept.
 */
final class Cells {
  private static final int DATE_LENGTH = "2000-01-01".length();

  private Cells() {}

  /** Writes a number, digit for digit where JSON allows it. */
  static void writeNumber(JsonGenerator json, String cell) throws IOException {
    String text = cell.strip();
    if (isJsonNumber(text)) {
      json.writeNumber(text);
      return;
    }
    try {
      // Forms such as +1, .5 or 007: numbers, though not in JSON.
      json.writeNumber(new BigDecimal(text));
    } catch (NumberFormatException e) {
      json.writeString(cell);
    }
  }

  /** Writes a time as epoch milliseconds: digits as they are, an ISO-8601 date or instant. */
  static void writeTime(JsonGenerator json, String cell) throws IOException {
    String text = cell.strip();
    if (isJsonNumber(text)) {
      json.writeNumber(text);
      return;
    }
    OptionalLong millis = epochMillis(text);
    if (millis.isPresent()) {
      json.writeNumber(millis.getAsLong());
    } else {
      json.writeString(cell);
    }
  }

  /** Milliseconds of an ISO-8601 date (its start, UTC) or of an instant with its offset. */
  static OptionalLong epochMillis(String text) {
    try {
      return OptionalLong.of(
          text.length() == DATE_LENGTH
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
              : OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether a text is a number by JSON's grammar (RFC 8259, section 6). */
  static boolean isJsonNumber(String text) {
    int end = text.length();
    int at = end > 0 && text.charAt(0) == '-' ? 1 : 0;
    int digits = digitsFrom(text, at);
    if (digits == 0 || (digits > 1 && text.charAt(at) == '0')) {
      return false;
    }
    at += digits;
    if (at < end && text.charAt(at) == '.') {
      int fraction = digitsFrom(text, at + 1);
      if (fraction == 0) {
        return false;
      }
      at += 1 + fraction;
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digitsFrom(text, at);
      if (exponent == 0) {
        return false;
      }
      at += exponent;
    }
    return at == end;
  }

  private static int digitsFrom(String text, int start) {
    int at = start;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }
}
