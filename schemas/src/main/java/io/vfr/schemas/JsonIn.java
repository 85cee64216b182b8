package io.vfr.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.vfr.schemas.Parsed.Accepted;
import io.vfr.schemas.Parsed.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object as a stream. Absent and null are the same: NaN, {@link #NO_INTEGER} and
 * null stand for both.
 */
final class JsonIn {
  /** What {@link #integer} returns for null, and what stands for an absent integer. */
  static final long NO_INTEGER = Long.MIN_VALUE;

  private final JsonParser parser;

  private JsonIn(JsonParser parser) {
    this.parser = parser;
  }

  /** Builds a message from the fields of an object whose start has been read. */
  interface Reader<T> {
    T read(JsonIn in) throws IOException;
  }

  /** Parses a message; never throws, whatever the bytes are. */
  static <T> Parsed<T> parse(byte[] json, Reader<T> reader) {
    if (json.length == 0) {
      return new Rejected<>(RejectCode.EMPTY, "the value has no bytes; send one JSON object");
    }
    if (!Utf8.isValid(json)) {
      return new Rejected<>(RejectCode.NOT_UTF8, "the value is not well-formed UTF-8");
    }
    if (json[0] == (byte) 0xEF) {
      return new Rejected<>(
          RejectCode.NOT_JSON, "the value does not begin with {; leave out the byte order mark");
    }
    try (JsonParser parser = Json.FACTORY.createParser(json)) {
      return new Accepted<>(document(parser, reader));
    } catch (InvalidMessageException e) {
      return new Rejected<>(e.code(), reason(e));
    } catch (JsonProcessingException e) {
      return malformed(e, json.length);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /** Reads a message of our own. */
  static <T> T read(byte[] json, Reader<T> reader) {
    return switch (parse(json, reader)) {
      case Accepted<T>(T value) -> value;
      case Rejected<T>(RejectCode code, String message) ->
          throw new InvalidMessageException(code, message);
    };
  }

  /** Between two fields Jackson reports the end of input with its general exception. */
  private static <T> Rejected<T> malformed(JsonProcessingException e, int length) {
    String message = Bounds.printable(e.getOriginalMessage());
    if (e instanceof JsonEOFException || message.startsWith("Unexpected end-of-input")) {
      return new Rejected<>(
          RejectCode.TRUNCATED, "the JSON ends too early, after " + length + " bytes");
    }
    RejectCode code =
        e instanceof StreamConstraintsException ? RejectCode.TOO_LONG : RejectCode.NOT_JSON;
    return new Rejected<>(code, message);
  }

  private static String reason(InvalidMessageException e) {
    String message = e.getMessage();
    return message == null ? e.code().name() : message;
  }

  private static <T> T document(JsonParser parser, Reader<T> reader) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new InvalidMessageException(
          RejectCode.EMPTY, "the value has nothing but white space; send one JSON object");
    }
    if (first != JsonToken.START_OBJECT) {
      throw new InvalidMessageException(
          RejectCode.NOT_AN_OBJECT, "the value must be one JSON object but is " + describe(first));
    }
    T value = reader.read(new JsonIn(parser));
    if (parser.nextToken() != null) {
      throw new InvalidMessageException(
          RejectCode.NOT_JSON, "something follows the JSON object; send one object a record");
    }
    return value;
  }

  /** A cursor over the fields of the object that begins here. */
  Fields fields() {
    return new Fields(parser);
  }

  /** Reads a number: NaN for null. */
  double number(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
      double value = parser.getDoubleValue();
      if (!Double.isFinite(value)) {
        throw new InvalidMessageException(
            RejectCode.NOT_FINITE,
            field + " must be a finite number; leave the field out if it is unknown");
      }
      return value;
    }
    if (token == JsonToken.VALUE_NULL) {
      return Double.NaN;
    }
    throw wrongType(field, "a number", token);
  }

  /** Reads an integer: {@link #NO_INTEGER} for null. */
  long integer(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw new InvalidMessageException(
            RejectCode.OUT_OF_RANGE, field + " must fit into 64 bits");
      }
      long value = parser.getLongValue();
      if (value == NO_INTEGER) {
        throw new InvalidMessageException(
            RejectCode.OUT_OF_RANGE, field + " must be greater than " + value);
      }
      return value;
    }
    if (token == JsonToken.VALUE_NULL) {
      return NO_INTEGER;
    }
    throw wrongType(field, "an integer number", token);
  }

  /** Reads an integer that fits into 32 bits. */
  int int32(String field) throws IOException {
    long value = Required.integer(field, integer(field));
    if (value != (int) value) {
      throw new InvalidMessageException(
          RejectCode.OUT_OF_RANGE, field + " must fit into 32 bits but is " + value);
    }
    return (int) value;
  }

  /** Reads a string; null for null. */
  @Nullable String text(String field) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    throw wrongType(field, "a string", token);
  }

  /** Reads true or false; null for null. */
  @Nullable Boolean bool(String field) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw wrongType(field, "true or false", parser.currentToken());
    };
  }

  /** Reads an enum's constant; null for null. */
  <E extends Enum<E> & WireEnum> @Nullable E constant(String field, Class<E> type)
      throws IOException {
    String wire = text(field);
    return wire == null ? null : WireEnum.parse(type, field, wire);
  }

  /** Reads an object; null for null. */
  <T> @Nullable T object(String field, Reader<T> reader) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.START_OBJECT) {
      throw wrongType(field, "an object", token);
    }
    return reader.read(this);
  }

  /** Refuses an array's element that is no object. */
  void expectObject(String field) {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.START_OBJECT) {
      throw wrongType("each of " + field, "an object", token);
    }
  }

  /** Reads an array; null for null. The reader sees each element in turn. */
  <T> @Nullable List<T> array(String field, Reader<T> element) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.START_ARRAY) {
      throw wrongType(field, "an array", token);
    }
    List<T> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(element.read(this));
    }
    return elements;
  }

  /** Whether the value is an array. */
  boolean atArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  /** Passes over the value of a field that the contract does not know. */
  void skip() throws IOException {
    JsonToken token = parser.currentToken();
    int depth = 0;
    while (true) {
      if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
        depth++;
        if (depth > Json.DEPTH_MAX) {
          throw new InvalidMessageException(
              RejectCode.TOO_DEEP,
              "objects and arrays may be nested at most " + Json.DEPTH_MAX + " deep");
        }
      } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
        depth--;
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
        throw new InvalidMessageException(
            RejectCode.NOT_FINITE, "NaN and Infinity are no JSON; leave the field out");
      }
      if (depth == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }

  private static InvalidMessageException wrongType(
      String field, String wanted, @Nullable JsonToken token) {
    return new InvalidMessageException(
        RejectCode.WRONG_TYPE, field + " must be " + wanted + " but is " + describe(token));
  }

  private static String describe(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer number";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction or exponent";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case null, default -> "no value";
    };
  }
}
